#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: Workflow
label: many lots
doc: Each lot by itself, and all lots together. `samplesheet.py job SHEET` writes the inputs.
requirements:
  ScatterFeatureRequirement: {}
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
  table: File
  cohort_arguments: string[]?
  threads:
    type: int
    default: 2
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
    out: [result]
  cohort:
    run: cohort.cwl
    in:
      results: run/result
      table: table
      arguments: cohort_arguments
      threads: threads
    out: [cohort]
outputs:
  results:
    type: Directory[]
    outputSource: run/result
  cohort:
    type: Directory
    outputSource: cohort/cohort
