# The result folder is declared as a whole. Snakemake then makes only its parent, removes it before a rerun and after a
# failed job, and puricell, which refuses a folder that is there, always finds none.


rule run:
    input:
        lot=lot_files,
        spec=lambda wildcards: LOTS[wildcards.sample]["spec"] or [],
    output:
        directory(f"{OUT}/{{sample}}"),
    log:
        "logs/run/{sample}.log",
    benchmark:
        "benchmarks/run/{sample}.tsv"
    threads: config["threads"]
    resources:
        mem_mb=config["mem_mb"],
    params:
        puricell=config["puricell"],
        path=lambda wildcards: LOTS[wildcards.sample]["path"],
        profile=lambda wildcards: LOTS[wildcards.sample]["profile"],
        spec=lambda wildcards, input: ["--spec", input.spec] if input.spec else [],
        arguments=config["arguments"],
    shell:
        "{params.puricell:q} run {params.path:q} --profile {params.profile:q} {params.spec:q} {params.arguments:q}"
        " --out {output:q} --threads {threads} 2> {log:q}"
