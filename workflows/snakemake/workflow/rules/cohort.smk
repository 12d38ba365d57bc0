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
        f"{OUT}/metadata.tsv",
    log:
        "logs/metadata.log",
    params:
        text=samplesheet.metadata_table(LOTS),
    run:
        Path(output[0]).write_text(params.text, encoding="utf-8")


rule cohort:
    input:
        lots=[f"{OUT}/{sample}" for sample in LOTS],
        metadata=f"{OUT}/metadata.tsv",
    output:
        report(directory(f"{OUT}/cohort"), patterns=["{page}.html"], category="Cohort"),
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
        puricell=config["puricell"],
        arguments=config["cohort_arguments"],
        partial=f"{OUT}/cohort-partial",
    shell:
        "{params.puricell:q} cohort {input.lots:q} --metadata {input.metadata:q} {params.arguments:q}"
        " --out {output:q} --threads {threads} 2>{log:q}"
        " && rm -rf {params.partial:q}"
