"""A page as most are written: the script trains, and redraws a chart as it goes.

It is nobody's straw man: it is what Streamlit's own examples of a loop with `st.empty` do.
"""

import plotly.graph_objects as go
import streamlit as st
import torch

st.set_page_config(page_title="Decision boundary", layout="wide")
st.title("How does a network learn a boundary?")
rate = st.slider("Learning rate", 0.001, 0.1, 0.01, 0.001)
width = st.slider("Hidden units", 4, 64, 32)
noise = st.slider("Noise", 0.0, 0.5, 0.15)
seed = st.number_input("Seed", 0, 9999, 0)
chart, text = st.empty(), st.empty()

torch.manual_seed(seed)
angle = torch.rand(400) * torch.pi
moon = torch.arange(400) % 2
x = torch.stack([torch.cos(angle) + moon, torch.sin(angle)], 1)
x[moon == 1, 1] = 0.5 - x[moon == 1, 1]
x += noise * torch.randn_like(x)
side = torch.linspace(-2, 3, 60)
grid = torch.cartesian_prod(side, side)

if st.button("Train", type="primary"):
    model = torch.nn.Sequential(
        torch.nn.Linear(2, width), torch.nn.Tanh(),
        torch.nn.Linear(width, width), torch.nn.Tanh(), torch.nn.Linear(width, 1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), rate)
    for step in range(1001):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x)[:, 0], moon.float())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            with torch.no_grad():
                field = torch.sigmoid(model(grid)).reshape(60, 60).T
            figure = go.Figure([
                go.Contour(z=field.numpy(), x=side.numpy(), y=side.numpy(), opacity=0.5),
                go.Scatter(x=x[:, 0].numpy(), y=x[:, 1].numpy(), mode="markers",
                           marker_color=moon.numpy()),
            ])  # fmt: skip
            chart.plotly_chart(figure, key=f"boundary-{step}")
            text.write(f"Step {step}: loss {loss.item():.4f}")
