#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
label: puricell run
doc: One lot of an MSC product, from a matrix of counts or an FCS file to a folder with report, tables and manifest.
hints:
  SoftwareRequirement:
    packages:
      puricell: {version: ["0.1.0"]}
  # A run reads its inputs and writes a folder.
  NetworkAccess: {networkAccess: false}
  ResourceRequirement:
    coresMin: $(inputs.threads)
    ramMin: $(inputs.memory_mb)
baseCommand: bash
# A runner's environment says nothing of the scheduler, so both are passed on.
arguments:
  - {position: -1, valueFrom: $(inputs.sample).exit}
  - {position: -1, valueFrom: puricell}
  - {position: -1, valueFrom: run}
  - {prefix: --threads, valueFrom: $(runtime.cores)}
  - {prefix: --memory-limit, valueFrom: $(inputs.memory_mb)M}
inputs:
  ended:
    type: File
    doc: keeps exit code and messages in a file
    default: {class: File, location: ../ended.sh}
    inputBinding: {position: -3}
  go_on:
    type: boolean
    default: false
    doc: succeed whatever becomes of the lot, for what follows
    inputBinding: {position: -2, prefix: --go-on}
  sample:
    type: string
    doc: name of the lot, and of the folder
    inputBinding: {prefix: --out}
  input:
    type: [File, Directory]
    doc: a 10x .h5, an .h5ad, an .fcs, or a 10x MTX folder
    inputBinding: {position: 1}
  profile:
    type: [string, File]
    doc: a built-in id (`puricell profile list`) or a TOML file
    inputBinding: {prefix: --profile}
  spec:
    type: File?
    inputBinding: {prefix: --spec}
  metadata:
    type: File?
    inputBinding: {prefix: --metadata}
  arguments:
    type: string[]?
    doc: further arguments
    inputBinding: {position: 2}
  threads:
    type: int
    default: 2
  memory_mb:
    type: int
    default: 4000
    doc: what docs/performance.md says for the size of the input
outputs:
  result:
    type: Directory?
    outputBinding: {glob: $(inputs.sample)}
  exit:
    type: File
    doc: exit code, and messages behind
    outputBinding: {glob: $(inputs.sample).exit}
# 1: done, and the specification is not met (only with --fail-on-spec): a result worth keeping.
successCodes: [0, 1]
permanentFailCodes: [2, 65, 66, 70, 73]
# The disk was full; killed for memory or by the scheduler.
temporaryFailCodes: [74, 137, 143]
