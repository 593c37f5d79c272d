// What files hold as far as it is known: what the call wrote, and what facts show of the disk.
import { SCRIPT_FILES_MAX } from "#base/limits.ts";
import { baseName, isWithin, joinPath } from "#base/path.ts";
import type { Facts, LockFacts, LockFormat } from "../../facts/facts.ts";
import type { CallSite, ProgramCall } from "../../shell/values/host.ts";
import {
  ENVIRONMENT,
  hole,
  literal,
  type Text,
  textOf,
  type TextSet,
  wholeFile,
} from "../../shell/values/text.ts";
import { union } from "../../shell/values/text-sets.ts";
import { wasWritten } from "../paths/written-places.ts";
import type { ModelContext } from "../model/command-model.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import type { Ask } from "../paths/targets.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";
import type { CodeOrigins } from "./code-origins.ts";
import { isPipe } from "./devices.ts";
import { wasMissing } from "./known-paths.ts";

/** Paths at which projects keep copies of programs that a model knows. */
export const PROJECT_PROGRAM =
  /(?:^|\/)\.?bin\/[^/]+$|(?:^|\/)(?:gradlew|mvnw|artisan|manage\.py)$/;

/** Files that show what a process was started with. */
const ENVIRON = /^\/proc\/[^/]+(?:\/task\/[^/]+)?\/environ$/;

type Parts = {
  readonly ask: Ask;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
  readonly origins: CodeOrigins;
};

/** Reads files of one call, of scripts no more than a bound. */
export class FileContents {
  readonly #ask: Ask;
  readonly #files: ChangedFiles;
  readonly #targets: CallTargets;
  readonly #origins: CodeOrigins;
  /** How many files of scripts were looked into. */
  #scriptFiles = 0;

  constructor(parts: Parts) {
    this.#ask = parts.ask;
    this.#files = parts.files;
    this.#targets = parts.targets;
    this.#origins = parts.origins;
  }

  /** What reading a file gives: what the call itself wrote there, else something that comes from that file. */
  of(text: Text, place: CallSite): TextSet {
    const value = textOf(text);
    const written =
      value === undefined
        ? []
        : place.directories.flatMap((directory) => {
            if (directory === undefined && !value.startsWith("/")) return [];
            const path = joinPath(directory ?? "/", value);
            const content = this.#files.get(path);
            return content === undefined ? [] : [{ path, content }];
          });
    const replaced =
      written.length === place.directories.length &&
      written.every(({ path }) => isPipe(path) || wasMissing(path, this.#ask));
    const contents = union(...written.map(({ content }) => content));
    if (replaced) return contents;
    const sources = this.#targets
      .of(text, "entry", place)
      .flatMap((target): DataSource[] => [
        target.kind !== "unresolved" && ENVIRON.test(target.path)
          ? ENVIRONMENT
          : { kind: "file", target },
        ...(target.kind === "path" && this.#files.hasTrees
          ? this.#files.broughtTo(target.path).filter((source) => source.kind === "network")
          : []),
      ]);
    if (this.#origins.cameWithFetch(text, place))
      sources.push({
        kind: "network",
        destination: { host: undefined, port: undefined, scheme: undefined },
      });
    const asItWas: TextSet = [[hole("dynamic-code", { sources, isWhole: true })]];
    // WHY: whether the write really happened (a branch, `noclobber`) is not tracked: the old content may still be there.
    return written.length === 0 ? asItWas : union(contents, asItWas);
  }

  /** The text that facts show of a file; where something in the call may have changed it, what was given as well. */
  onDisk(text: Text): TextSet {
    const whole = wholeFile(text);
    if (whole?.kind !== "path") return [text];
    const answer = this.#ask({ kind: "text", path: whole.real });
    if (answer?.kind !== "text" || !answer.complete || answer.text === undefined) return [text];
    return this.#files.mayBeReplaced(whole.real)
      ? [literal(answer.text), text]
      : [literal(answer.text)];
  }

  /** The texts that a file with code of the project may hold, and where that code comes from; undefined: no such file. */
  codeAt(text: Text, place: CallSite): ReturnType<ModelContext["codeAt"]> {
    const [target, ...others] = this.#targets.of(text, "entry", place);
    if (target?.kind !== "path" || others.length > 0) return { texts: [], origin: "unknown" };
    const arrived = this.#files.get(target.path);
    const hasArrived = arrived !== undefined || this.#files.broughtTo(target.path).length > 0;
    const answer = this.#ask({ kind: "path", path: target.path });
    if (answer?.kind === "path" && answer.type !== "file" && !hasArrived) return undefined;
    this.#scriptFiles += 1;
    const mayLook = this.#scriptFiles <= SCRIPT_FILES_MAX;
    const file = mayLook ? this.#ask({ kind: "text", path: target.real }) : undefined;
    const before = file?.kind === "text" && file.complete ? file.text : undefined;
    const texts = mayLook ? (arrived ?? []).flatMap((one) => textOf(one) ?? []) : [];
    const origin = this.#origins.of(target.real);
    return {
      texts: before === undefined ? texts : [...texts, before],
      // What lies elsewhere is no worse known than the project's own.
      origin: origin === "generated" || origin === "download" ? origin : "project",
    };
  }

  /** A file that lies where its path says, and that neither the session nor the call wrote. */
  untouched(path: string, facts: Facts): ReturnType<ModelContext["untouched"]> {
    const type = this.#untouchedType(path, facts);
    const answer = this.#ask({ kind: "text", path });
    if (type !== "file") return type;
    return answer?.kind === "text" && answer.complete && answer.text !== undefined
      ? { text: answer.text }
      : undefined;
  }

  /** What a lock file names that lies there in the same way. */
  lockAt(path: string, format: LockFormat, facts: Facts): LockFacts | undefined {
    const type = this.#untouchedType(path, facts);
    const answer = this.#ask({ kind: "lock", path, format });
    return type === "file" && answer?.kind === "lock" ? answer.lock : undefined;
  }

  /** Whether a file of this name was written below a directory, by the session or by the call, or may have been. */
  mayHaveWritten(name: string, directory: string, { writtenPaths }: Facts): boolean {
    for (const place of writtenPaths) {
      const isTree = place.endsWith("/");
      const path = isTree ? place.slice(0, -1) || "/" : place;
      if (isTree && isWithin(path, directory)) return true;
      if ((isTree || baseName(path) === name) && isWithin(directory, path)) return true;
    }
    return this.#files.mayHaveWritten(name, directory);
  }

  /** WHY no further name: whoever writes to that changes this file too. */
  #untouchedType(path: string, { writtenPaths }: Facts): "file" | "missing" | undefined {
    const answer = this.#ask({ kind: "path", path });
    if (wasWritten(writtenPaths, path) || this.#files.mayHaveChanged(path)) return undefined;
    if (answer?.kind !== "path" || answer.real !== path || answer.links > 1) return undefined;
    return answer.type === "file" || answer.type === "missing" ? answer.type : undefined;
  }

  /** The text of a script that lies below the project or was written earlier in the session. */
  scriptOnDisk(path: string): TextSet {
    const answer = this.#ask({ kind: "path", path });
    if (answer?.kind !== "path" || answer.type !== "file") return [];
    const origin = this.#origins.of(answer.real);
    if ((origin !== "project" && origin !== "generated") || PROJECT_PROGRAM.test(path)) return [];
    this.#scriptFiles += 1;
    if (this.#scriptFiles > SCRIPT_FILES_MAX) return [];
    const file = this.#ask({ kind: "text", path: answer.real });
    const text = file?.kind === "text" && file.complete ? file.text : undefined;
    const isScript = text?.startsWith("#!") === true || /\.(?:ba|z|k)?sh$/.test(path);
    return text !== undefined && isScript ? [literal(text)] : [];
  }

  /** What the call itself wrote to the file that a word names. */
  writtenText(word: Text, { place }: ProgramCall): readonly (string | undefined)[] {
    const value = textOf(word);
    if (value === undefined || this.#files.size === 0) return [];
    return place.directories.flatMap((directory) =>
      (this.#files.get(joinPath(directory ?? "/", value)) ?? []).map(textOf),
    );
  }
}
