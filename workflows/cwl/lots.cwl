#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: Workflow
label: many lots
doc: |
  Each lot by itself, and those that finished together. `samplesheet.py job SHEET [OUT]` writes the inputs.
  A lot that fails stops no other; the last step fails then, so that the exit code is not 0.
requirements:
  ScatterFeatureRequirement: {}
  MultipleInputFeatureRequirement: {}
inputs:
  sample: string[]
  input:
    type:
      type: array
      items: [File, Directory]
  profile:
    type:
      type: array
      items: [string, File]
  spec:
    type:
      type: array
      items: ["null", File]
  metadata:
    type: File[]
  arguments:
    type:
      type: array
      items: {type: array, items: string}
  memory_mb: int[]
  made:
    type: Directory[]
    doc: results that are there
  rows:
    type: File
    doc: the rows that can be run
  rows_set_aside:
    type: File
    doc: the rows that cannot
  table:
    type: File
    doc: what is known of the lots
  cohort_arguments: string[]?
  threads:
    type: int
    default: 2
  incomplete_fails:
    type: boolean
    default: true
    doc: end with a failed step where lots are missing; false for runners that then drop what the others made
steps:
  run:
    run: run.cwl
    scatter: [sample, input, profile, spec, metadata, arguments, memory_mb]
    scatterMethod: dotproduct
    in:
      sample: sample
      input: input
      profile: profile
      spec: spec
      metadata: metadata
      arguments: arguments
      memory_mb: memory_mb
      threads: threads
      go_on: {default: true}
    out: [result, exit]
  cohort:
    run: cohort.cwl
    in:
      results:
        source: [made, run/result]
        linkMerge: merge_flattened
        pickValue: all_non_null
      exits: run/exit
      rows: rows
      rows_set_aside: rows_set_aside
      table: table
      arguments: cohort_arguments
      threads: threads
    out: [cohort, set_aside]
  complete:
    run: complete.cwl
    when: $(inputs.fails)
    in:
      fails: incomplete_fails
      set_aside: cohort/set_aside
    out: []
outputs:
  results:
    type: Directory[]
    outputSource: run/result
    pickValue: all_non_null
  cohort:
    type: Directory?
    outputSource: cohort/cohort
  set_aside:
    type: File?
    outputSource: cohort/set_aside
