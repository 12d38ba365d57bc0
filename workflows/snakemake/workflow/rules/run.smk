# The result folder is declared as a whole. Snakemake then makes only its parent, removes it before a rerun and after a
# failed job, and puricell, which refuses a folder that is there, always finds none.


rule known_of_lot:
    output:
        f"{OUT}/metadata/{{sample}}.toml",
    log:
        "logs/metadata/{sample}.log",
    conda:
        "../envs/puricell.yaml"
    params:
        text=lambda wildcards: SHEET.lots[wildcards.sample].metadata_toml(),
    shell:
        "printf %s {params.text:q} >{output:q} 2>{log:q}"


rule run:
    input:
        lot=lambda wildcards: SHEET.lots[wildcards.sample].files(),
        metadata=lambda wildcards: SHEET.lots[wildcards.sample].metadata
        or f"{OUT}/metadata/{wildcards.sample}.toml",
        again=lambda wildcards: AGAIN[wildcards.sample],
    output:
        report(
            directory(f"{OUT}/{{sample}}"),
            patterns=["{page}.html"],
            category="Lots",
            labels={"lot": "{sample}"},
        ),
    log:
        "logs/run/{sample}.log",
    benchmark:
        "benchmarks/run/{sample}.tsv"
    # One more try, with twice the memory and time, for a job that was killed; see attempt.sh.
    retries: 1
    conda:
        "../envs/puricell.yaml"
    threads: config["threads"]
    resources:
        mem_mb=lambda wildcards, attempt: SHEET.lots[wildcards.sample].memory_mb()
        * attempt,
        runtime=lambda wildcards, attempt: SHEET.lots[wildcards.sample].minutes()
        * attempt,
        attempt=lambda wildcards, attempt: attempt,
        # What the scheduler kills at is more than what puricell keeps to.
        limit_mb=lambda wildcards, attempt: SHEET.lots[wildcards.sample].memory_mb()
        * attempt
        * 9
        // 10,
    params:
        attempt=f"{workflow.basedir}/scripts/attempt.sh",
        ended=f"{STATE}/{{sample}}.exit",
        puricell=config["puricell"],
        command=lambda wildcards, input: SHEET.lots[wildcards.sample].command(
            input.metadata
        ),
        arguments=config["arguments"],
    shell:
        "bash {params.attempt:q} {resources.attempt} {params.ended:q} {log:q}"
        " {params.puricell:q} {params.command:q} {params.arguments:q} --out {output:q}"
        " --threads {threads} --memory-limit {resources.limit_mb}M"
