"""Looks up every term of ontology.toml and of the built-in profiles in the ontologies that CELLxGENE uses.

    pip install cellxgene-ontology-guide==1.11.1
    python check_terms.py ../../crates/puricell-purity/data

Ends non-zero on a term that is missing or obsolete or has another label, and on a wider term that is not an ancestor of all that
its class holds, or not the nearest one.
"""

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

from cellxgene_ontology_guide.ontology_parser import OntologyParser

parser = OntologyParser()
problems = []


def check(term, label=None):
    try:
        found = parser.get_term_label(term)
    except (KeyError, ValueError) as error:
        problems.append(f"{term}: {error!r}")
        return
    if parser.is_term_deprecated(term):
        problems.append(f"{term} is obsolete")
    if label is not None and found != label:
        problems.append(f"{term} is '{found}', not '{label}'")


def ancestors(term):
    return set(parser.get_term_ancestors(term, include_self=True))


def main():
    data = Path(sys.argv[1])
    terms = tomllib.loads((data / "ontology.toml").read_text(encoding="utf-8"))
    n = 0
    for term, label in terms["cell_types"].items():
        check(term, label)
        n += 1
    for kind in ["tissue", "assay", "sex", "organism"]:
        for entry in terms[kind]:
            check(entry["term"], entry["label"])
            n += 1
    for wider in terms["wider"]:
        shared = set.intersection(*map(ancestors, wider["of"]))
        # Each cell is a cell, and CELLxGENE does not take these two for an answer.
        shared -= {"CL:0000000", "CL:0000255"}
        nearest = max(shared, key=lambda term: len(ancestors(term)), default=None)
        if wider.get("term") != nearest:
            problems.append(f"{wider['class']}: what it holds is {nearest}, not {wider.get('term')}")
    # An assay must lie below one of these (schema 7.1.0).
    for assay in terms["assay"]:
        if not ancestors(assay["term"]) & {"EFO:0002772", "EFO:0010183"}:
            problems.append(f"{assay['term']} is no assay of the schema")
    for path in sorted((data / "profiles").glob("*.toml")):
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
        named = [profile["cell_ontology"], profile["uberon"]]
        named += [part.get("cell_ontology") for part in profile["class"] + profile.get("subset", [])]
        for term in filter(None, named):
            check(term)
            n += 1
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(f"{n} terms are in the ontologies of cellxgene-ontology-guide {version('cellxgene-ontology-guide')}")


main()
