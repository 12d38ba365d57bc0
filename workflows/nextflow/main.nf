#!/usr/bin/env nextflow
// Every lot of a sample sheet, and the cohort of those that finished.

include { PURICELL_RUN    } from './modules/local/puricell/run/main'
include { PURICELL_COHORT } from './modules/local/puricell/cohort/main'

workflow {
    main:
    lots = channel.fromPath(params.input, checkIfExists: true)
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
    PURICELL_COHORT(results, params.table ? file(params.table, checkIfExists: true) : [])
}
