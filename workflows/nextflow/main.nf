#!/usr/bin/env nextflow
// Every lot of a sample sheet, and the cohort of those that finished.

include { PURICELL_RUN } from './modules/local/puricell/run/main'

// The rows that can be run, and those that are set aside, by the reader that all engines use.
process ROWS {
    executor 'local'
    errorStrategy 'terminate'
    debug true

    input:
    val sheet

    output:
    path 'state/rows.csv', emit: rows
    path 'state', emit: state

    script:
    """
    mkdir state
    state=\$PWD/state
    cd '${workflow.launchDir}'
    python3 '${projectDir}/../samplesheet.py' rows '${sheet}' "\$state" 2>&1
    """
}

process COHORT_OF_FINISHED {
    label 'process_low'

    conda "${projectDir}/modules/local/puricell/cohort/environment.yml"
    // Made by workflows/container; none is published.
    container "${workflow.containerEngine in ['singularity', 'apptainer'] ? 'puricell.sif' : 'localhost/puricell:0.1.0'}"

    input:
    path results
    path state

    output:
    path 'cohort*', emit: cohort, optional: true
    path 'set_aside.tsv', emit: set_aside, optional: true

    script:
    def args = task.ext.args ?: ''
    // A task that failed hands on nothing, so what became of a lot is not known here.
    """
    cp -rL ${state} lots
    cp lots/metadata.tsv .
    NO_CODE='failed; Nextflow has said why' bash '${projectDir}/../gather.sh' lots . puricell ${args} --threads ${task.cpus}
    """

    stub:
    """
    mkdir cohort
    touch cohort/cohort.html cohort/cohort.json cohort/lots.tsv cohort/manifest.json
    """
}

// Fails always, so that the pipeline does: nobody should take what was made for the whole sheet.
process COMPLETE {
    executor 'local'

    input:
    path set_aside

    script:
    """
    cat ${set_aside} >&2
    exit 1
    """
}

workflow {
    main:
    ROWS(params.input)
    lots = ROWS.out.rows
        .splitCsv(header: true)
        .map { row ->
            [
                [id: row.sample],
                file(row.path, checkIfExists: true),
                row.profile,
                row.spec ? file(row.spec, checkIfExists: true) : [],
                row.metadata ? file(row.metadata, checkIfExists: true) : [],
            ]
        }
    PURICELL_RUN(lots)
    // In the order of names, not of arrival: the same lots are the same command.
    results = PURICELL_RUN.out.result
        .map { _meta, result -> result }
        .toSortedList { a, b -> a.name <=> b.name }
    COHORT_OF_FINISHED(results, ROWS.out.state)
    COMPLETE(COHORT_OF_FINISHED.out.set_aside)
}
