process PURICELL_RUN {
    tag "${meta.id}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    // Made by workflows/container; none is published.
    container "${workflow.containerEngine in ['singularity', 'apptainer'] ? 'puricell.sif' : 'localhost/puricell:0.1.0'}"

    input:
    tuple val(meta), path(input), val(profile), path(spec), path(metadata)

    output:
    tuple val(meta), path("${prefix}"), emit: result
    tuple val(meta), path("${prefix}/*_mqc{.json,_versions.yml}"), emit: multiqc
    tuple val("${task.process}"), val('puricell'), eval("puricell --version | sed 's/puricell //'"), topic: versions, emit: versions_puricell

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    if ("${input}" == "${prefix}") {
        error("Input and output have the same name '${prefix}': set task.ext.prefix")
    }
    def spec_argument = spec ? "--spec ${spec}" : ''
    def metadata_argument = metadata ? "--metadata ${metadata}" : ''
    // What the scheduler kills at is more than what puricell keeps to.
    def memory_argument = task.memory ? "--memory-limit ${(task.memory.toMega() * 0.9).intValue()}M" : ''
    """
    puricell run \\
        ${input} \\
        --profile ${profile} \\
        ${spec_argument} \\
        ${metadata_argument} \\
        ${args} \\
        --out ${prefix} \\
        --threads ${task.cpus} \\
        ${memory_argument}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir ${prefix}
    touch ${prefix}/report.html ${prefix}/report.json ${prefix}/composition.tsv ${prefix}/manifest.json ${prefix}/puricell_mqc.json ${prefix}/puricell_mqc_versions.yml
    """
}
