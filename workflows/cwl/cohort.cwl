#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
label: puricell cohort
doc: The results of many lots together.
hints:
  SoftwareRequirement:
    packages:
      puricell: {version: ["0.1.0"]}
  NetworkAccess: {networkAccess: false}
  ResourceRequirement:
    coresMin: $(inputs.threads)
    ramMin: 2000
baseCommand: [puricell, cohort]
arguments:
  - {prefix: --threads, valueFrom: $(runtime.cores)}
  - {prefix: --out, valueFrom: cohort}
inputs:
  results:
    type: Directory[]
    doc: result folders of `puricell run`
    inputBinding: {position: 1}
  table:
    type: File?
    doc: what is known of the lots, tab-separated
    inputBinding: {prefix: --metadata}
  arguments:
    type: string[]?
    doc: further arguments
    inputBinding: {position: 2}
  threads:
    type: int
    default: 2
outputs:
  cohort:
    type: Directory
    outputBinding: {glob: cohort}
successCodes: [0]
permanentFailCodes: [1, 2, 65, 66, 70, 73]
temporaryFailCodes: [74, 137, 143]
