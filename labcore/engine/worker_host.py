"""The worker host: a clean program that forks one process for each run.

It is started by the local engine, never imported by it, so that nothing of a web server is
in it. It must never have used more than one OpenMP thread before a fork: after one
two-threaded multiplication here, backward, convolution and k-means hang in the children.
So its first statements, before any import that could start a thread, set all to one.
A host computes nothing itself once it serves: what is to be warmed, a second host warms, which
the first has forked and which then serves in its stead. It never touches CUDA.
"""

from __future__ import annotations

import os

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # a lab that asks for CUDA must not start it here
}

import ctypes
import gc
import resource
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import orjson
from pydantic import ValidationError

from labcore import catalog, device, own, wire
from labcore.engine import worker
from labcore.engine.protocol import (
    DataSocket,
    Kind,
    receive_control,
    send_control,
)

PR_SET_PDEATHSIG = 1


def load(every: bool) -> None:
    """Import every lab, and so all that labs use, under one thread; or only labs from outside."""
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    if every:  # the first torch optimizer otherwise imports it, in every child
        import torch._dynamo
    for entry in (*(catalog.LABS if every else ()), *catalog.extra()):
        try:
            catalog.load(entry.slug)
        except Exception:  # a lab that does not import fails its own runs, not the house
            traceback.print_exc()
    settle()


def warm() -> None:
    """Take every lab, then every preset, through first frames."""
    for slug, settings, frames in chores():
        warm_run(slug, settings, frames)
    settle()


def chores() -> Iterator[tuple[str, Mapping[str, Any], int]]:
    """What is warmed: lab, settings, frames."""
    labs = [entry.slug for entry in (*catalog.LABS, *catalog.extra())]
    yield from ((slug, {}, 3) for slug in labs)
    for slug in labs:
        with suppress(Exception):  # said already
            yield from ((slug, preset.settings, 1) for preset in catalog.load(slug).LAB.presets)


def warm_run(slug: str, settings: Mapping[str, Any], frames: int) -> None:
    """Take a lab through first frames and an answer.

    What it loads or compiles once, such as a data set, is then shared by all children.
    """
    try:
        module = catalog.load(slug)
        try:
            config = module.Config(**{**settings, **module.LAB.quick}).model_dump()
        except ValidationError:  # the two do not go together
            config = module.Config(**settings).model_dump()
        worker.execute(worker.Job(slug, config, frames=frames), lambda *_: None)
        worker.answer({"slug": slug, "config": config})
    except Exception:  # a lab that does not import fails its own runs, not the house
        traceback.print_exc()


def settle() -> None:
    """Children never walk, and so never copy, what the host has loaded."""
    gc.collect()
    gc.freeze()


class Host:
    """Forks on demand, reaps, and tells the server what became of each child."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, int] = {}  # pid → the server's id

    def serve(self) -> None:
        """Serve until the server has gone; then end all children."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server, which ends us
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self.control, selectors.EVENT_READ)
            selector.register(wake_read, selectors.EVENT_READ)
            send_control(self.control, {"event": "ready", "pid": os.getpid()})
            while True:
                for ready, _ in selector.select():
                    if ready.fileobj is self.control:
                        received = receive_control(self.control)
                        if received is None:
                            self.end()
                            return
                        self.obey(*received)
                    else:
                        os.read(wake_read, 4096)
                        self.reap()

    def obey(self, order: dict[str, Any], fds: list[int]) -> None:
        """Carry out one order of the server."""
        if order["op"] == "fork":
            pid = self.fork(order["role"], fds[0], order)
            self.children[pid] = order["id"]
            send_control(self.control, {"event": "forked", "id": order["id"], "pid": pid})
        elif order["op"] == "succeed":
            self.fork("host", fds[0], {})
        elif order["op"] == "kill":
            for pid, identity in self.children.items():
                if identity == order["id"]:
                    os.kill(pid, order["signal"])

    def fork(self, role: str, fd: int, order: Mapping[str, Any]) -> int:
        """Fork a child that is given a socket; its process id."""
        host = os.getpid()
        pid = os.fork()
        if pid == 0:
            child(role, fd, self.control, host, order)
        os.close(fd)
        return pid

    def reap(self) -> None:
        """Tell the server of every child that has ended."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                if pid in self.children:
                    code = os.waitstatus_to_exitcode(status)
                    identity = self.children.pop(pid)
                    send_control(self.control, {"event": "exited", "id": identity, "code": code})

    def end(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)


def child(
    role: str, fd: int, control: socket.socket, host: int, order: Mapping[str, Any]
) -> NoReturn:
    """The life of a forked child. It leaves by `os._exit`, running no one else's clean-up."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        control.close()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != host:  # it died before we asked to be told
            os._exit(1)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if role == "host":
            succeed(socket.socket(fileno=fd))
        data = DataSocket(socket.socket(fileno=fd))
        if "gpu" in order:
            device.enter(order["gpu"], order["share"])
        limit_memory(order["memory"])  # beyond what CUDA takes for itself
        if role in ("run", "gpu"):
            os.nice(15)  # immediate answers and the pages come first
            if role == "gpu":
                data.send(Kind.ANSWER, b"warm")
            run(data)
        elif role == "measure":
            measure(data)
        elif role == "read":
            read(data)
        else:
            answers(data)
        code = 0
    except (BrokenPipeError, ConnectionResetError):  # the server has gone, or lost interest
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def succeed(control: socket.socket) -> NoReturn:
    """The life of the second host: to warm what there is, while the first one serves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm()
    Host(control).serve()
    os._exit(0)


def run(data: DataSocket) -> None:
    """Compute one run. SIGTERM stops it where it is; its numbers so far are kept."""
    received = data.receive()
    if received is None:
        return
    job = worker.Job(**orjson.loads(received[1]))
    hold_own(data, job.own)
    starts = [packet[1] for _ in range(job.starts) if (packet := data.receive())]
    brake = Brake(data)
    signal.signal(signal.SIGTERM, brake.pull)
    worker.execute(job, brake.send, map(worker.unpack_start, starts))


class Brake:
    """Turns SIGTERM into `Stopped`, but never in the middle of a packet."""

    def __init__(self, data: DataSocket) -> None:
        self.data = data
        self.sending = False
        self.pulled = False

    def pull(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.pulled = True
        if not self.sending:
            raise worker.Stopped

    def send(self, kind: Kind, payload: bytes) -> None:
        before, self.sending = self.pulled, True
        self.data.send(kind, payload)
        self.sending = False
        if self.pulled and not before:
            raise worker.Stopped


def answers(data: DataSocket) -> None:
    """Answer requests one by one until the server closes."""
    while (received := data.receive()) is not None:
        request = orjson.loads(received[1])
        hold_own(data, request.get("own", ()))
        block = data.receive() if request.get("start") else None
        start = worker.unpack_start(block[1]) if block else None
        data.send(*worker.answer(request, start))


def hold_own(data: DataSocket, tokens: Sequence[str]) -> None:
    """Take in the learner's own files that come with a job."""
    for token in tokens:
        if packet := data.receive():
            own.hold(token, wire.unpack(packet[1]))


def measure(data: DataSocket) -> None:
    """Time labs on the processor and on the GPU; nothing is said of one that has no use for it."""
    received = data.receive()
    told: dict[str, dict[str, float]] = {}
    for slug in orjson.loads(received[1]) if received else ():
        told[slug] = {}
        with suppress(Exception):  # it fails its own runs
            module = catalog.load(slug)
            if device.uses(module):
                told[slug] = {kind: device.timed(module, kind) for kind in ("cpu", "cuda")}
    data.send(Kind.ANSWER, orjson.dumps(told))


def read(data: DataSocket) -> None:
    """Read one file of a learner, apart from everything else: it may be a bomb."""
    accepts, body = data.receive(), data.receive()
    if accepts and body:
        data.send(*worker.read_own(orjson.loads(accepts[1]), body[1]))


def limit_memory(allowed: int) -> None:
    """Let this process allocate so many bytes beyond what it shares with the host."""
    if not allowed:
        return
    with open("/proc/self/status") as status:
        data = next(line for line in status if line.startswith("VmData"))
    now = int(data.split()[1]) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (now + allowed, now + allowed))


def main() -> None:
    """Serve the control socket whose descriptor is given, and preload all labs if that is."""
    control = socket.socket(fileno=int(sys.argv[1]))
    load("preload" in sys.argv[2:])
    Host(control).serve()


if __name__ == "__main__":
    main()
