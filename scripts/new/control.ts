// `npm run new -- control <framework>/<name>`: a control that counts judged calls and claims nothing, and its corpus.
import { groupedIdFault, type NewPart, refused, takenFault } from "./part.ts";

/** Plans a control. */
export function planControl(id: string, place: string): NewPart {
  const file = `data/controls/${id}.yaml`;
  const corpus = `test/corpus/controls/${id}.yaml`;
  const fault = groupedIdFault(id, "framework") ?? takenFault([file, corpus], place);
  if (fault !== undefined) return refused(fault);
  return {
    kind: "planned",
    files: [
      { path: file, text: controlText(id) },
      { path: corpus, text: corpusText(id) },
    ],
    next: `say in \`${file}\` what the framework asks for, in words of your own, which events are evidence, and what they do not prove; show each evidence in \`${corpus}\``,
  };
}

function controlText(id: string): string {
  const [framework = "", name = ""] = id.split("/");
  return `# yaml-language-server: $schema=../../schema/control.schema.json
id: ${id}
framework: ${framework}
reference: ${name}
title: What this control asks for is not written down yet
description: >-
  What the log shows for it is not written down yet.
evidence:
  - id: judged
    title: tool calls judged
    events: { kind: decision, canary: null }
    by: verdict
limits:
  - Anything about this control; nobody has written down yet what the counts are evidence for.
`;
}

function corpusText(id: string): string {
  return `# ${id.split("/")[1] ?? ""}: which events count as which evidence.
- name: judged
  event: { kind: decision, verdict: deny }
  evidence: [judged]
- name: probe
  event: { kind: decision, verdict: deny, canary: true }
  evidence: []
`;
}
