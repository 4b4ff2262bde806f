"""The prose of the lab on universal approximation."""

from pages.shell import lab_page

lab_page(
    "universal_approximation",
    look_for=r"""
A hidden ReLU unit adds one line that is bent once. A layer of them adds up to any curve you can
draw, if there are enough.

**Add them one by one.** Kinks are spaced evenly and the heights solved by least squares. Up to the
latest kink the sum is right; behind it, it runs straight on. Each new unit has only to turn it.

**Draw something narrow.** A spike between two kinks goes unseen. The theorem says that some width
is enough for your curve, not which, nor that training finds the weights. Choose gradient descent:
kinks now move to where they are needed, and with few units most starts get stuck. Try another seed.

**Fold.** Two units can fold the line like paper. Folded again and again, eight layers with 49
weights make 256 straight pieces; one layer with as many weights has at most 17. That is what depth
can do, by weights set for it. The grey dots count the pieces of random networks: there, depth adds
none at equal size.

**Take the bend away.** Without an activation a layer is a matrix. The grid turns and stretches but
stays a grid, and the product of all matrices, dotted, does the same at once. Forty-eight units
without a bend are one straight line.

The curve passes through your points without overshooting. Errors are measured at 161 places.
""",
)
