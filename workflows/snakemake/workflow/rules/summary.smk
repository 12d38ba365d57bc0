# The compositions of all lots in one table.


rule composition:
    input:
        [f"{OUT}/{sample}" for sample in LOTS],
    output:
        f"{OUT}/composition.tsv",
    log:
        "logs/composition.log",
    params:
        samples=list(LOTS),
    script:
        "../scripts/composition.py"
