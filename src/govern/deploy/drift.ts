// Drift: how what lies on a machine differs from what was deployed there, and what beside it weakens it.
import { isDeepStrictEqual } from "node:util";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { type Deployment, textDigest } from "./deployment.ts";
import { missingParts } from "./settings-merge.ts";

/** What a finding is about. */
export type DriftId =
  | "file/missing"
  | "file/changed"
  | "file/unreadable"
  | "file/link"
  | "file/owner"
  | "file/rights"
  | "file/dead-place"
  | "folder/owner"
  | "folder/rights"
  | "key/missing"
  | "key/changed"
  | "key/unexpected"
  | "tier/zeroed"
  | "tier/shadowed"
  | "tier/unexpected"
  | "layer/weakens"
  | "layer/broken";

/** One difference. `note`: it is worth knowing and changes nothing of what was deployed. */
export type DriftFinding = {
  readonly id: DriftId;
  readonly severity: "drift" | "note";
  readonly file: string;
  /** The key of a settings file, where it is about one. */
  readonly key: string | null;
  readonly message: string;
  readonly fix: string;
};

/** A file or folder as it lies there. `text`: of a plain file that could be read. */
export type Observed =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly why: string }
  | {
      readonly kind: "file" | "link" | "folder" | "other";
      readonly text?: string;
      readonly mode: number;
      readonly owner: number;
    };

/** A deployment that is in force, with the texts that it wrote and found. */
export type Deployed = {
  readonly deployment: Deployment;
  textOf(path: string, when: "before" | "after"): string | undefined;
};

const WRITABLE_BY_OTHERS = 0o022;
const REPAIR = "`sallyport policy deploy` writes it again";

/** How the files of a deployment differ from what it wrote. `owner`: the number of the user to whom they belong. */
export function fileFindings(
  deployed: Deployed,
  look: (path: string) => Observed,
  owner: number,
): readonly DriftFinding[] {
  return deployed.deployment.files.flatMap((file) => {
    if (file.after === null) return [];
    const seen = look(file.path);
    const at = { file: file.path, owner, mode: file.after.mode };
    const wrong = stateFindings(seen, at, deployed.deployment.scope);
    if (seen.kind !== "file" || seen.text === undefined) return wrong;
    if (textDigest(seen.text) === file.after.digest) return wrong;
    return [...wrong, ...textFindings(deployed, file.path, seen.text)];
  });
}

/** What is wrong with a folder into which others than its owner could put a file. */
export function folderFindings(
  folder: string,
  seen: Observed,
  owner: number,
): readonly DriftFinding[] {
  if (seen.kind === "missing" || seen.kind === "unreadable") return [];
  if (seen.kind === "link")
    return [
      drift(
        "file/link",
        folder,
        "it is a link: whoever owns its target decides what lies there",
        "put a real folder there",
      ),
    ];
  return [
    ...ownerFindings("folder/owner", folder, { seen: seen.owner, owner }),
    ...((seen.mode & WRITABLE_BY_OTHERS) === 0
      ? []
      : [
          drift(
            "folder/rights",
            folder,
            `others may write it (${seen.mode.toString(8)}) and put their own files in the place of these`,
            "run `chmod go-w` on it",
          ),
        ]),
  ];
}

function ownerFindings(
  id: "file/owner" | "folder/owner",
  path: string,
  { seen, owner }: { readonly seen: number; readonly owner: number },
): readonly DriftFinding[] {
  if (seen === owner) return [];
  return [
    drift(id, path, `it belongs to user ${seen}, not to ${owner}`, `run \`chown ${owner}\` on it`),
  ];
}

/** A finding about a file as a whole. */
export function drift(id: DriftId, file: string, message: string, fix: string): DriftFinding {
  return { id, severity: "drift", file, key: null, message, fix };
}

function stateFindings(
  seen: Observed,
  { file, owner, mode }: { readonly file: string; readonly owner: number; readonly mode: number },
  scope: Deployment["scope"],
): readonly DriftFinding[] {
  switch (seen.kind) {
    case "missing":
      return [drift("file/missing", file, "it was deployed and is not there", REPAIR)];
    case "unreadable":
      return [
        drift("file/unreadable", file, `it cannot be read: ${seen.why}`, "correct its rights"),
      ];
    case "link":
      return [
        drift(
          "file/link",
          file,
          "it is a link: whoever owns its target decides what it says",
          REPAIR,
        ),
      ];
    case "folder":
    case "other":
      return [drift("file/unreadable", file, "it is no plain file", REPAIR)];
    case "file": {
      const rights =
        seen.mode !== mode && (scope === "managed" || (seen.mode & ~mode & 0o022) !== 0);
      return [
        ...ownerFindings("file/owner", file, { seen: seen.owner, owner }),
        ...(rights
          ? [
              drift(
                "file/rights",
                file,
                `its rights are ${seen.mode.toString(8)}, not ${mode.toString(8)}`,
                `run \`chmod ${mode.toString(8)}\` on it`,
              ),
            ]
          : []),
      ];
    }
    default:
      return seen satisfies never;
  }
}

/** How a text differs: of settings key by key, of others' settings only what we put there. */
function textFindings(deployed: Deployed, file: string, text: string): readonly DriftFinding[] {
  if (text.trim() === "") {
    const message =
      deployed.deployment.scope === "managed"
        ? "it holds nothing: the client takes that for no policy, and says nothing"
        : "it holds nothing any more";
    return [drift("tier/zeroed", file, message, REPAIR)];
  }
  const written = deployed.textOf(file, "after");
  const changed = drift("file/changed", file, "it is not what was deployed", REPAIR);
  if (!file.endsWith(".json") || written === undefined) return [changed];
  const now = parsed(text);
  if (now === undefined)
    return [
      { ...changed, message: "it is not what was deployed, and no JSON that the client reads" },
    ];
  if (deployed.deployment.scope === "managed") {
    const keys = keyFindings(file, parsed(written) ?? {}, now);
    return keys.length === 0 ? [{ ...changed, severity: "note" }] : keys;
  }
  const missing = missingParts(
    now,
    { before: deployed.textOf(file, "before"), after: written },
    file,
  );
  return missing.map((key) => ({
    ...drift("key/missing", file, `\`${key}\` does not hold any more what was deployed`, REPAIR),
    key,
  }));
}

/** Keys that are gone, differ, or were not written by us. Lists are told by their key. */
function keyFindings(file: string, was: Json, now: Json): readonly DriftFinding[] {
  const [before, after] = [leaves(was), leaves(now)];
  const say = (id: DriftId, key: string, message: string) => ({
    ...drift(id, file, message, REPAIR),
    key,
  });
  return [
    ...[...before].flatMap(([key, value]) => {
      if (!after.has(key)) return [say("key/missing", key, `\`${key}\` is gone`)];
      const other = after.get(key);
      if (isDeepStrictEqual(other, value)) return [];
      return [say("key/changed", key, `\`${key}\` ${howChanged(value, other)}`)];
    }),
    ...[...after.keys()].flatMap((key) =>
      before.has(key) ? [] : [say("key/unexpected", key, `\`${key}\` was not deployed`)],
    ),
  ];
}

function howChanged(was: Json, now: Json | undefined): string {
  if (!Array.isArray(was) || !Array.isArray(now)) return "has another value";
  const gone = was.filter((one) => !now.some((other) => isDeepStrictEqual(one, other))).length;
  const more = now.filter((one) => !was.some((other) => isDeepStrictEqual(one, other))).length;
  return `lost ${gone} and gained ${more} entries`;
}

/** Every value of settings that is no object, by the path of its key. */
export function leaves(json: Json, path = ""): ReadonlyMap<string, Json> {
  if (!isObject(json)) return new Map([[path, json]]);
  return new Map(
    Object.entries(json).flatMap(([key, value]) => [
      ...leaves(value, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

/** The value of a text, undefined where it is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return toJson(parseJsonText(text, ""));
  } catch {
    return undefined;
  }
}
