"""A large paper in a process of its own: JSON comes in, a PDF file goes out.

``python -m lms.printing.press < paper.json > paper.pdf``
"""

import sys

from lms.printing.typesetting import pdf_of

if __name__ == "__main__":
    sys.stdout.buffer.write(pdf_of(sys.stdin.buffer.read().decode()))
