process PURICELL_COHORT {
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    // Made by workflows/container; none is published.
    container "${workflow.containerEngine in ['singularity', 'apptainer'] ? 'puricell.sif' : 'localhost/puricell:0.1.0'}"

    input:
    path results
    path table

    output:
    path "${prefix}", emit: cohort
    path "${prefix}/*_mqc{.json,_versions.yml}", emit: multiqc
    tuple val("${task.process}"), val('puricell'), eval("puricell --version | sed 's/puricell //'"), topic: versions, emit: versions_puricell

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "cohort"
    def table_argument = table ? "--metadata ${table}" : ''
    """
    puricell cohort \\
        ${results} \\
        ${table_argument} \\
        ${args} \\
        --out ${prefix} \\
        --threads ${task.cpus}
    """

    stub:
    prefix = task.ext.prefix ?: "cohort"
    """
    mkdir ${prefix}
    touch ${prefix}/cohort.html ${prefix}/cohort.json ${prefix}/lots.tsv ${prefix}/manifest.json ${prefix}/puricell_cohort_mqc.json ${prefix}/puricell_mqc_versions.yml
    """
}
