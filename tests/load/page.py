"""A page of the app as a browser tab holds it: Streamlit's protocol, and nothing drawn.

A tab keeps the state of every widget and sends all of them, with its address and the hashes of
the large messages it has kept, whenever one changes. The script then runs and answers with
messages, of which a learner looks only at widgets, errors and the stage.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.load.request import request
from tests.load.widgets import WIDGETS, held, identity_of, told

XSRF = "_streamlit_xsrf"
RUN_SECONDS = 60.0
"""A script run that takes longer is an error of its own."""


class Broken(Exception):
    """The page shows an error, or has lost its server."""


class Page:
    """One tab. `leave` closes it."""

    def __init__(self, house: str, path: str, query: str = "") -> None:
        self.house = house
        self.path = path
        self.query = query
        self.stage: dict[str, Any] = {}
        """What the script last told the stage."""
        self.widgets: dict[str, Element] = {}
        """Controls and components by their labels and names."""
        self.buttons: dict[str, Element] = {}
        self.sentences: list[str] = []
        """What stands in boxes for errors and hints since the last run began."""
        self.seen = asyncio.Event()
        """Set when something to look at has come: a stage or a chart."""
        self.charts = 0
        self.failure = ""
        """Why the page has lost its server, if it has."""
        self.received = 0
        """Bytes of all messages."""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._states: dict[str, WidgetState] = {}
        self._fragments: dict[str, str] = {}
        self._kept: set[str] = set()
        self._script = ""
        self._turn = asyncio.Lock()
        self._finished: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Connect as a browser does, and return when the page is there."""
        async with request(self.house, "/_stcore/health") as reply:
            await reply.body()
            cookie = reply.headers.get("set-cookie", "").partition(";")[0]
        token = cookie.partition("=")[2] if cookie.startswith(XSRF) else ""
        self._socket = await connect(
            f"ws://{self.house}/_stcore/stream",
            origin=f"http://{self.house}",  # type: ignore[arg-type]
            subprotocols=["streamlit", *([token] if token else [])],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie} if cookie else {},
            max_size=None,
            ping_interval=None,  # a browser answers pings and sends none
            open_timeout=RUN_SECONDS,
            close_timeout=1,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.run()

    async def leave(self) -> None:
        """Close the tab."""
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def go(self, query: str) -> None:
        """Follow a link to the same page with other parameters."""
        self.query = query
        await self.run()

    async def press(self, label: str) -> None:
        """Press a button, and return when the script has answered."""
        identity = identity_of(self.buttons[label])
        await self.run(WidgetState(id=identity, trigger_value=True))

    async def change(self, label: str, value: object) -> None:
        """Move a control, and return when the script has answered."""
        state = held(self.widgets[label], value)
        assert state is not None
        self._states[state.id] = state
        await self.run(state, keep=True)

    async def tell(self, component: str, event: str, value: object) -> None:
        """Let a component of the page report something, as the stage does when a run ends."""
        base = identity_of(self.widgets[component])
        said = orjson.dumps([{"event": event, "value": value}]).decode()
        trigger = f"$$STREAMLIT_INTERNAL_KEY_{base}__events"
        self._fragments[trigger] = self._fragments.get(base, "")
        await self.run(WidgetState(id=trigger, json_trigger_value=said))

    async def run(self, touched: WidgetState | None = None, keep: bool = False) -> None:
        """Have the script run, and return when it has finished.

        Raises:
            Broken: the page shows an exception, or the connection is lost.
        """
        async with self._turn:
            if self.failure:
                raise Broken(self.failure)
            asked = ClientState(
                query_string=self.query, page_script_hash=self._script, page_name=self.path,
                fragment_id=self._fragments.get(touched.id, "") if touched else "",
                cached_message_hashes=self._kept,
            )  # fmt: skip
            asked.widget_states.widgets.extend(self._states.values())
            if touched and not keep:
                asked.widget_states.widgets.append(touched)
            assert self._socket is not None
            self.sentences = []
            self._finished = asyncio.get_running_loop().create_future()
            try:
                await self._socket.send(BackMsg(rerun_script=asked).SerializeToString())
                await asyncio.wait_for(self._finished, RUN_SECONDS)
            except TimeoutError:
                raise Broken(f"A script run took longer than {RUN_SECONDS:g} s.") from None
            except ConnectionClosed as closed:
                raise Broken(f"disconnected: {closed}") from None

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for payload in socket:
                assert isinstance(payload, bytes)
                self.received += len(payload)
                self._take(ForwardMsg.FromString(payload))
        except ConnectionClosed as closed:
            self._fail(f"disconnected: {closed}")
        else:
            self._fail("disconnected")

    def _fail(self, reason: str) -> None:
        self.failure = self.failure or reason
        if self._finished and not self._finished.done():
            self._finished.set_exception(Broken(reason))

    def _take(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self._kept.add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "delta":
            delta = message.delta
            if delta.WhichOneof("type") == "new_element":
                self._look(delta.new_element, delta.fragment_id)
        elif kind == "new_session":
            self._script = message.new_session.page_script_hash
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            again = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if not again and self._finished and not self._finished.done():
                self._finished.set_result(None)

    def _look(self, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._failed_script(element.exception.message)
        elif kind == "alert":
            self.sentences.append(element.alert.body)
        elif kind == "plotly_chart":
            self.charts += 1
            self.seen.set()
        elif kind == "bidi_component":
            component = element.bidi_component
            self._remember(component.component_name, element, fragment)
            if component.component_name == "stage":
                self.stage = orjson.loads(component.json or component.mixed.json)
                self.seen.set()
        elif kind in WIDGETS:
            self._remember(getattr(element, kind).label, element, fragment)

    def _failed_script(self, message: str) -> None:
        if self._finished and not self._finished.done():
            self._finished.set_exception(Broken(f"exception on the page: {message}"))

    def _remember(self, label: str, element: Element, fragment: str) -> None:
        identity = identity_of(element)
        kind = element.WhichOneof("type")
        (self.buttons if kind == "button" else self.widgets)[label] = element
        self._fragments[identity] = fragment
        state = held(element)
        if state and (identity not in self._states or told(element)):
            self._states[identity] = state
