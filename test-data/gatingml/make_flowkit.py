"""FlowKit's memberships for what the suite has no truth for. Usage: make_flowkit.py THIS_FOLDER

Reads flowkit/every_shape.xml and flowkit/all_gates.xml as puricell wrote them. Writes flowkit/every_shape_<n>.txt (the
n-th gate or quadrant of the file) and flowkit/myEllipse2.txt, and fails unless FlowKit finds in all_gates.xml the truth
files' events.
"""

import sys
import warnings
from pathlib import Path

import flowkit as fk
import flowutils
import numpy as np
from lxml import etree

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
sample = fk.Sample(str(folder / "data1.fcs"))
GATING = "{http://www.isac-net.org/std/Gating-ML/v2.0/gating}"


def gates(xml):
    """Names of gates and quadrants in the file's order."""
    names = []
    for element in etree.parse(str(xml)).getroot():
        if element.tag == GATING + "QuadrantGate":
            names += [q.get(GATING + "id") for q in element.findall(GATING + "Quadrant")]
        elif isinstance(element.tag, str) and element.tag.startswith(GATING):
            names.append(element.get(GATING + "id"))
    return names


def results(xml):
    return fk.parse_gating_xml(str(xml)).gate_sample(sample)


def save(name, member):
    (folder / "flowkit" / name).write_text("".join(f"{int(m)}\n" for m in member))


found = results(folder / "flowkit" / "every_shape.xml")
for n, gate in enumerate(gates(folder / "flowkit" / "every_shape.xml")):
    member = found.get_gate_membership(gate)
    print(gate, int(member.sum()))
    save(f"every_shape_{n}.txt", member)

save("myEllipse2.txt", results(folder / "gml" / "gml_ellipse2_gate.xml").get_gate_membership("myEllipse2"))

found = results(folder / "flowkit" / "all_gates.xml")
names = gates(folder / "flowkit" / "all_gates.xml")
for gate in names:
    truth = np.loadtxt(folder / "truth" / f"Results_{gate}.txt", dtype=int).astype(bool)
    wrong = int((found.get_gate_membership(gate) != truth).sum())
    assert wrong == 0, f"{gate}: {wrong} events"
print(f"{len(names)} gates of all_gates.xml agree with the truth files")

with open(folder / "flowkit" / "versions.txt", "w") as f:
    f.write(f"python {sys.version.split()[0]}\nflowkit {fk.__version__}\n")
    f.write(f"flowutils {flowutils.__version__}\nnumpy {np.__version__}\n")
