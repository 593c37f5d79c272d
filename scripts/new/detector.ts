// `npm run new -- detector <id>`: a file of one row that finds a marker which nobody writes, the module made of it, and its corpus.
import { DETECTOR_DATA, detectorFile, rowModules } from "../detectors/detector-files.ts";
import { moduleIdFault, type NewPart, refused, registered, takenFault } from "./part.ts";

const code = "src/guard/content/detectors";

/** Plans a detector. */
export function planDetector(id: string, place: string): NewPart {
  const path = `${DETECTOR_DATA}/${id}.yaml`;
  const corpus = `test/corpus/detectors/${id}.yaml`;
  const fault = moduleIdFault(id) ?? takenFault([path, corpus, `${code}/${id}.ts`], place);
  if (fault !== undefined) return refused(fault);
  const text = rowText(id);
  const { file, faults } = detectorFile(path, text);
  if (file === undefined || faults.length > 0) return refused(faults.join("\n"));
  const modules = [...rowModules([file])].map(([module, made]) => ({ path: module, text: made }));
  return {
    kind: "planned",
    files: [
      { path, text },
      ...modules,
      { path: corpus, text: corpusText(id) },
      registered(place, `${code}/index.ts`, "DETECTORS_BY_FILE", { id, from: "../rows" }),
    ],
    next: `say in \`${path}\` what it looks like, with the source of the format, run \`npm run detectors\`, and show in \`${corpus}\` what is found and what is not; findings are recorded at once, and asked about when a policy's rule names \`${id}\``,
  };
}

/** WHY not of the kind `issued`: the page of kinds would name an issuer that there is not. */
function rowText(id: string): string {
  return `# yaml-language-server: $schema=../schema/detector.schema.json
id: ${id}
title: A marker that nobody writes, for what it looks like is not written down yet
detectors:
  - id: ${id}
    kind: labelled
    title: ${id.replaceAll("-", " ")}
    family: secret
    tier: low
    labels: [marker]
    form: '<<${id}>>'
`;
}

function corpusText(id: string): string {
  return `# ${id}: values that say of themselves that they are none.
- name: ng.marker
  why: what the detector finds until its form is written down
  text: "a marker: <<${id}>> b"
  found: ["<<${id}>>"]
- name: ok.name
  why: to speak of it is not to give it away
  text: "${id}"
`;
}
