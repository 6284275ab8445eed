"""Links and forms of other pages, in the interface of the old hosted cart.

``posted`` turns bytes into text, ``reading`` text into lines, ``signing`` checks hashes. What the
fields mean is written for merchants in ``docs/drop-in-cart.md``.
"""
