// Checks of a settings file as a whole: can the client read it, and does it look for it there.
import { Failure } from "#base/failure.ts";
import type { Layer } from "../catalogue.ts";
import { type JsonNode, parseJsonText } from "../json-text.ts";
import { type CheckId } from "./checks.ts";
import { findingAt, type LintDocument, type LintFinding, type Remark } from "./document.ts";

/** A settings file before it is parsed. */
export type LintSource = {
  readonly file: string;
  readonly layer: Layer;
  /** Undefined where it could not be read. */
  readonly text: string | undefined;
  readonly bytes: number;
  readonly isLink: boolean;
};

/** Measured: a file of one byte more is ignored whole. */
export const CLIENT_BYTES_MAX = 2 * 1024 * 1024;

const IGNORED = "the client ignores the whole file, its deny rules too, and says nothing";
const REFUSED = "the client does not start";

/** What is wrong with the file, and the document where it could be parsed. */
export function readSource(source: LintSource): {
  readonly document: LintDocument | undefined;
  readonly findings: readonly LintFinding[];
} {
  const { file, layer, bytes, isLink } = source;
  const text = source.text ?? "";
  const whole = (id: CheckId, remark: Remark) => findingAt({ file, text }, 0, id, remark);
  const findings = isLink
    ? [
        whole("file/link", {
          message: "the file is a link: whoever owns its target decides what it says",
          fix: "put the file itself there",
        }),
      ]
    : [];
  findings.push(...deadPlaces(file).map((remark) => whole("file/dead-place", remark)));
  const stop = (id: CheckId, remark: Remark) => ({
    document: undefined,
    findings: [...findings, whole(id, remark)],
  });
  if (bytes > CLIENT_BYTES_MAX) {
    return stop("file/too-large", {
      message: `the file has ${bytes} bytes: past ${CLIENT_BYTES_MAX} ${IGNORED}`,
      fix: "make it smaller",
    });
  }
  if (source.text === undefined) {
    return stop("file/unreadable", {
      message: `the file cannot be read: ${layer === "managed" ? REFUSED : IGNORED}`,
      fix: "correct its rights",
    });
  }
  if (text.trim() === "") {
    const managed = "the client takes an empty managed file for no policy at all, and says nothing";
    return stop("file/empty", {
      message: layer === "managed" ? managed : "the file is empty: nothing in it holds",
      fix: "write `{}` for a file that says nothing, or put its content back",
      ...(layer === "managed" ? {} : { severity: "warning" as const }),
    });
  }
  return parsed({ file, layer, text }, findings);
}

function parsed(
  { file, layer, text }: { readonly file: string; readonly layer: Layer; readonly text: string },
  findings: readonly LintFinding[],
): ReturnType<typeof readSource> {
  const cost = layer === "managed" ? REFUSED : IGNORED;
  try {
    // The client takes a byte order mark.
    const root = parseJsonText(text.replace(/^\uFEFF/, " "), file, CLIENT_BYTES_MAX);
    if (root.kind === "object") return { document: { file, layer, text, root }, findings };
    return { document: undefined, findings: [...findings, notAnObject(file, text, root, cost)] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { document: undefined, findings: [...findings, syntaxFinding(file, text, error, cost)] };
  }
}

function notAnObject(file: string, text: string, root: JsonNode, cost: string): LintFinding {
  return findingAt({ file, text }, root.start, "json/not-an-object", {
    message: `the settings are no object: ${cost}`,
    fix: "put them into `{...}`",
  });
}

function syntaxFinding(file: string, text: string, error: Failure, cost: string): LintFinding {
  const { line = 1, column = 1 } = error.at ?? {};
  const at = offsetOf(text, line, column);
  const say = (id: CheckId, message: string, fix: string) =>
    findingAt({ file, text }, at, id, { message, fix });
  if (error.code === "settings-json-repeated") {
    return say(
      "json/repeated-key",
      "this key appears twice: the client takes the last one and drops what the first one says",
      "join the two",
    );
  }
  if (/^(?:\/[/*]|#)/.test(text.slice(at, at + 2))) {
    return say("json/comment", `a comment is no JSON: ${cost}`, "take it out");
  }
  if (/^[\]}]/.test(text.slice(at)) && /,\s*$/.test(text.slice(0, at))) {
    return say(
      "json/trailing-comma",
      `a comma before a bracket that closes: ${cost}`,
      "take it out",
    );
  }
  const what = error.message.replace(/^not valid JSON: |; correct it and try again$/g, "");
  return say("json/syntax", `${what}: ${cost}`, "correct it");
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

const DEAD_PLACES: readonly { readonly pattern: RegExp; readonly right: string }[] = [
  { pattern: /\/\.claude\/roles\//, right: "compile roles into settings: the client reads none" },
  { pattern: /^\/etc\/claude\//, right: "`/etc/claude-code/managed-settings.json`" },
  {
    pattern: /\/Library\/Application Support\/Claude\//,
    right: "`/Library/Application Support/ClaudeCode/managed-settings.json`",
  },
  {
    pattern: /\/Library\/Application Support\/ClaudeCode\/settings\.json$/,
    right: "`managed-settings.json` in the same folder",
  },
  {
    pattern: /[\\/]ProgramData[\\/]Claude(?:Code)?[\\/]/i,
    right: "`C:\\Program Files\\ClaudeCode\\managed-settings.json`",
  },
  {
    pattern: /[\\/]Program Files[\\/]ClaudeCode[\\/]settings\.json$/i,
    right: "`managed-settings.json` in the same folder",
  },
  {
    pattern:
      /^(?!\/etc\/claude-code\/managed-settings)\/(?:usr\/(?:local\/)?(?:etc|share|lib)|opt(?:\/homebrew)?(?:\/etc)?|srv|var\/lib|etc(?:\/(?:xdg|anthropic|opt|default))?)\/(?:anthropic|claude(?:[-_]?code)?|(?:anthropic-)?claude)\/managed-settings\.(?:json|d\/)|^\/etc\/claude-code\/(?!managed-settings\.d\/)[\w.-]+\/(?:managed-)?settings\.json$/i,
    right: "`/etc/claude-code/managed-settings.json`",
  },
  {
    pattern: /^\/etc\/claude-code\/settings\.json$/,
    right: "`managed-settings.json` in the same folder",
  },
];

/** Files that people were told to write and the client never reads (X.12), each matched by a pattern above. */
export const DEAD_FILES = {
  linux: [
    "/etc/claude/managed-settings.json",
    "/etc/claude/settings.json",
    "/etc/claude-code/settings.json",
  ],
  macos: [
    "/Library/Application Support/Claude/managed-settings.json",
    "/Library/Application Support/Claude/settings.json",
    "/Library/Application Support/ClaudeCode/settings.json",
  ],
  windows: [
    "C:\\ProgramData\\Claude\\managed-settings.json",
    "C:\\ProgramData\\Claude\\settings.json",
    "C:\\ProgramData\\ClaudeCode\\managed-settings.json",
    "C:\\Program Files\\ClaudeCode\\settings.json",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What is wrong with the place of a file. */
export function deadPlaces(file: string): readonly Remark[] {
  const found = DEAD_PLACES.filter(({ pattern }) => pattern.test(file)).slice(0, 1);
  return found.map(({ right }) => ({
    message: "the client does not look here: nothing in this file holds",
    fix: right,
  }));
}
