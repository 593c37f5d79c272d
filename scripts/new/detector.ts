// `npm run new -- detector <id>`: a detector that finds a marker which nobody writes, and its corpus.
import { camelCase, moduleIdFault, type NewPart, refused, registered, takenFault } from "./part.ts";

const home = "src/guard/content/detectors";

/** Plans a detector. */
export function planDetector(id: string, place: string): NewPart {
  const file = `${home}/${id}.ts`;
  const corpus = `test/corpus/detectors/${id}.yaml`;
  const fault = moduleIdFault(id) ?? takenFault([file, corpus], place);
  if (fault !== undefined) return refused(fault);
  return {
    kind: "planned",
    files: [
      { path: file, text: detectorText(id) },
      { path: corpus, text: corpusText(id) },
      registered(place, `${home}/index.ts`, "DETECTORS_BY_FILE", id),
    ],
    next: `say in \`${file}\` what it looks like, with the source of the format, and show in \`${corpus}\` what is found and what is not; findings are recorded at once, and asked about when a policy's rule names \`${id}\``,
  };
}

function detectorText(id: string): string {
  return `// ${id}: its form is not written down yet, so it finds a marker that nobody writes.
import type { Detector } from "../detection/detector.ts";

const MARKER = "<<${id}>>";

export const ${camelCase(id)}: Detector = {
  id: "${id}",
  title: "${id.replaceAll("-", " ")}",
  family: "secret",
  tier: "low",
  keywords: [MARKER],
  *find(text) {
    for (let at = text.indexOf(MARKER); at !== -1; at = text.indexOf(MARKER, at + MARKER.length))
      yield { start: at, end: at + MARKER.length };
  },
};
`;
}

function corpusText(id: string): string {
  return `# ${id}: values that say of themselves that they are none.
- name: ng.marker
  why: what the detector finds until its form is written down
  text: "a <<${id}>> b"
  found: ["<<${id}>>"]
- name: ok.name
  why: to speak of it is not to give it away
  text: "${id}"
`;
}
