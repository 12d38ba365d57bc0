# All lots together.


rule composition:
    input:
        [f"{OUT}/{sample}" for sample in LOTS],
    output:
        f"{OUT}/composition.tsv",
    log:
        "logs/composition.log",
    conda:
        "../envs/puricell.yaml"
    params:
        samples=list(LOTS),
    script:
        "../scripts/composition.py"


rule known_of_lots:
    output:
        metadata=f"{OUT}/metadata.tsv",
        lots=f"{STATE}/lots.tsv",
        set_aside=f"{STATE}/rows_set_aside.tsv",
    log:
        "logs/metadata.log",
    params:
        metadata=samplesheet.metadata_table(SHEET.lots),
        lots=SHEET.lots_table(lambda number, name: f"logs/run/{name}.log"),
        set_aside=SHEET.set_aside_table(),
    run:
        for name, path in output.items():
            Path(path).write_text(getattr(params, name), encoding="utf-8")


rule cohort:
    input:
        lots=[f"{OUT}/{sample}" for sample in LOTS],
        metadata=rules.known_of_lots.output.metadata,
        rows=rules.known_of_lots.output.lots,
        set_aside=rules.known_of_lots.output.set_aside,
    output:
        report(
            directory(f"{OUT}/{COHORT}"), patterns=["{page}.html"], category="Cohort"
        ),
    log:
        "logs/cohort.log",
    benchmark:
        "benchmarks/cohort.tsv"
    conda:
        "../envs/puricell.yaml"
    threads: config["threads"]
    resources:
        mem_mb=2000,
        runtime=15,
    params:
        gather=f"{FLOWS}/gather.sh",
        state=lambda wildcards, input: os.path.dirname(input.rows),
        out=lambda wildcards, input: os.path.dirname(input.metadata),
        puricell=config["puricell"],
        arguments=config["cohort_arguments"],
    shell:
        "bash {params.gather:q} {params.state:q} {params.out:q} {params.puricell:q} {params.arguments:q}"
        " --threads {threads} 2>{log:q} && test -e {output:q}"


# Fails always: rows were set aside, and nobody should take what was made for the whole sheet.
rule complete:
    input:
        f"{OUT}/{COHORT}",
    output:
        touch(f"{STATE}/complete"),
    log:
        "logs/complete.log",
    conda:
        "../envs/puricell.yaml"
    params:
        set_aside=f"{OUT}/set_aside.tsv",
    shell:
        "cp {params.set_aside:q} {log:q}; exit 1"
