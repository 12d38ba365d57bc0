#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
label: is the cohort that of all lots
doc: Fails where lots are missing, and says which.
baseCommand: [bash, -c, '[ $# = 0 ] || { echo "lots missing:" && cat "$1" && exit 1; } >&2', complete]
inputs:
  set_aside:
    type: File?
    inputBinding: {position: 1}
outputs: []
