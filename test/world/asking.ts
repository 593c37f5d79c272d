// Lines that nobody has labelled yet, written out for a reader outside of the project, and the reader's answers taken back.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Asked } from "./candidates.ts";
import { type Label, labelKey, VERDICTS } from "./labels.ts";
import type { Place } from "./samples.ts";

/** A line that is to be read, with the text around it. */
export type Question = Place & {
  readonly repository: string;
  readonly asked: Asked;
  readonly around: readonly string[];
};

const AROUND = 2;
const LINE_CHARS = 260;

/** The lines around a place, the place itself marked, each cut to a bound. */
export function aroundOf(text: string, line: number): readonly string[] {
  const lines = text.split("\n");
  return lines.slice(Math.max(0, line - 1 - AROUND), line + AROUND).map((one, at) => {
    const number = Math.max(1, line - AROUND) + at;
    return `${number === line ? ">" : " "} ${number}: ${one.trimEnd().slice(0, LINE_CHARS)}`;
  });
}

/** Writes the questions into `parts` files `FILE.1`, `FILE.2` and their places into `FILE.places`. The text must stay out of the project. */
export function writeQuestions(file: string, questions: readonly Question[], parts: number): void {
  const size = Math.max(1, Math.ceil(questions.length / parts));
  for (let part = 0; part * size < questions.length; part++) {
    const own = questions.slice(part * size, (part + 1) * size);
    const texts = own.map(
      (one) =>
        `#${idOf(one)} ${one.asked} ${one.repository} ${one.path}\n${one.around.join("\n")}\n`,
    );
    writeFileSync(`${file}.${part + 1}`, texts.join("\n"));
  }
  const places = questions.map((one) =>
    [idOf(one), one.repository, one.path, one.line, one.digest, one.asked].join("\t"),
  );
  writeFileSync(`${file}.places`, `${places.join("\n")}\n`);
}

/** Labels from answers: lines of id, verdict and why. Throws at a line of another form, and at an id that was not asked. */
export function readAnswers(placesFile: string, answersFiles: readonly string[]): readonly Label[] {
  const places = new Map(
    readFileSync(placesFile, "utf8")
      .trimEnd()
      .split("\n")
      .map((row) => {
        const [id = "", repository = "", path = "", line = "", digest = "", asked = ""] =
          row.split("\t");
        return [
          id,
          { repository, path, line: Number(line), digest, asked: asked as Asked },
        ] as const;
      }),
  );
  return answersFiles.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((row) => row.trim() !== "")
      .map((row) => {
        const [id = "", word = "", why = ""] = row.trim().replace(/^#/, "").split("\t");
        const place = places.get(id);
        const verdict = VERDICTS.find((one) => one === word);
        if (place === undefined || verdict === undefined || !/^[a-z][a-z0-9 -]{1,40}$/.test(why))
          throw new Error(
            `${file}: not an id that was asked, true|noise|false and one to five plain words: ${row}`,
          );
        return { ...place, verdict, why };
      }),
  );
}

function idOf(question: Question): string {
  return createHash("sha256").update(labelKey(question)).digest("hex").slice(0, 12);
}
