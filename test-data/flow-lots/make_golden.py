"""FlowKit's events in each gate of a document: python make_golden.py FCS GATES_XML OUT_JSON"""
import json
import sys

import flowkit

fcs, gates, out = sys.argv[1:]
strategy = flowkit.parse_gating_xml(gates)
result = strategy.gate_sample(flowkit.Sample(fcs))
counts = {name: int(result.get_gate_membership(name, gate_path=path).sum()) for name, path in strategy.get_gate_ids()}
with open(out, "w") as file:
    json.dump({"flowkit": flowkit.__version__, "counts": counts}, file, indent=1)
    file.write("\n")
