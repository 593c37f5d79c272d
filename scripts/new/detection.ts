// `npm run new -- detection <tactic>/<name>`: an experimental detection of an event that does not occur, and its regression.
import { randomUUID } from "node:crypto";
import { groupedIdFault, type NewPart, refused, takenFault } from "./part.ts";

/** Plans a detection. The tactic is one of MITRE ATT&CK in kebab-case. */
export function planDetection(id: string, place: string): NewPart {
  const file = `data/detections/${id}.yml`;
  const regression = `test/corpus/detections/${id}.yaml`;
  const fault = groupedIdFault(id, "tactic") ?? takenFault([file, regression], place);
  if (fault !== undefined) return refused(fault);
  return {
    kind: "planned",
    files: [
      { path: file, text: detectionText(id) },
      { path: regression, text: regressionText(id) },
    ],
    next: `say in \`${file}\` which events it is about, and show in \`${regression}\` some that are and some that are not; past \`experimental\` it needs examples in \`test/detect/examples/firing.ts\`, made by the product's own makers`,
  };
}

function detectionText(id: string): string {
  const [tactic = "", name = ""] = id.split("/");
  return `# yaml-language-server: $schema=../../schema/detection.schema.json
title: ${name}, whose events are not written down yet
id: ${randomUUID()}
status: experimental
description: >-
  What happened, and what to look at, is not written down yet.
date: ${new Date().toISOString().slice(0, 10)}
tags:
  - attack.${tactic}
logsource:
  product: sallyport
  category: failure
detection:
  selection:
    code: not-written-yet/${name}
  condition: selection
falsepositives:
  - Not written down yet.
level: informational
`;
}

function regressionText(id: string): string {
  const name = id.split("/")[1] ?? "";
  return `# ${name}: events that it is about, and their harmless neighbours.
- name: match.plain
  why: what it looks for until its events are written down
  event: { kind: failure, code: not-written-yet/${name} }
- name: quiet.another-code
  why: other failures are not its business
  event: { kind: failure, code: other }
`;
}
