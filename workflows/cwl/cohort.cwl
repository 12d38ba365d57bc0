#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
label: puricell cohort
doc: The results of the lots that finished together, and which are missing.
requirements:
  InitialWorkDirRequirement:
    listing:
      - $(inputs.results)
      - $(inputs.exits)
      - $(inputs.rows)
      - $(inputs.rows_set_aside)
      - $(inputs.table)
hints:
  SoftwareRequirement:
    packages:
      puricell: {version: ["0.1.0"]}
  NetworkAccess: {networkAccess: false}
  ResourceRequirement:
    coresMin: $(inputs.threads)
    ramMin: 2000
baseCommand: bash
arguments:
  - {position: 1, valueFrom: .}
  - {position: 1, valueFrom: .}
  - {position: 1, valueFrom: puricell}
  - {position: 3, prefix: --threads, valueFrom: $(runtime.cores)}
inputs:
  gather:
    type: File
    default: {class: File, location: ../gather.sh}
    inputBinding: {position: 0}
  results:
    type: Directory[]
    doc: result folders of `puricell run`
  exits:
    type: File[]
    doc: of the lots that were run, exit code and messages
  rows: File
  rows_set_aside: File
  table:
    type: File
    doc: what is known of the lots, tab-separated
  arguments:
    type: string[]?
    doc: further arguments
    inputBinding: {position: 2}
  threads:
    type: int
    default: 2
outputs:
  cohort:
    type: Directory?
    doc: cohort, or cohort-partial where lots are missing
    outputBinding: {glob: [cohort, cohort-partial]}
  set_aside:
    type: File?
    doc: the lots that are missing, with what is wrong and what to do
    outputBinding: {glob: set_aside.tsv}
successCodes: [0]
permanentFailCodes: [1, 2, 65, 66, 70, 73]
temporaryFailCodes: [74, 137, 143]
