// skopeo: images are looked at, copied between registries and files, and deleted.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { isImageRegistry } from "../packages/image-registries.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import type { Subjects } from "../../vocabulary/effect.ts";
import {
  effect,
  readOnlyVerb,
  talksTo,
  toAccount,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** Images that are files of this machine: `oci-archive:build/shop.oci:tag`. */
const FILES = /^(?:oci-archive|docker-archive|oci|dir|tarball|sif):/;

/** Where an image comes from or goes to. */
function place(word: Text, isGoal: boolean): readonly Consequence[] {
  const text = textOf(word);
  if (text !== undefined && FILES.test(text)) {
    const path = literal(text.replace(FILES, "").replace(/:[\w.-]*$/, ""));
    return [isGoal ? writes(path, "create", { reach: "tree" }) : reads(path, "tree")];
  }
  if (/^(?:containers-storage|docker-daemon|ostree):/.test(text ?? ""))
    return [
      effect<"execute">({
        kind: "execute",
        program: "skopeo",
        origin: "system",
        reach: "unbounded",
      }),
    ];
  const host = /^docker:\/\/([^/]+)\//.exec(knownPrefix(word))?.[1];
  const isHost = host !== undefined && /[.:]/.test(host) && (isGoal || !isImageRegistry(host));
  return [
    isHost
      ? { kind: "contacts", url: literal(`https://${host}/`), carries: [{ kind: "argument" }] }
      : toAccount(),
    ...(isGoal
      ? [
          effect<"publish">({
            kind: "publish",
            channel: "release",
            destination: host,
            refs: undefined,
            subjects: imagesOf(word),
          }),
        ]
      : []),
  ];
}

/** The image that a word names, as requests to its registry do; none where it is not known. A tag need not be. */
function imagesOf(word: Text, isFolder = false): Subjects {
  const start = knownPrefix(word);
  const isKnown = textOf(word) !== undefined || (!isFolder && /\/[^/:@]+[:@][^/]*$/.test(start));
  const [, first = "", rest = ""] =
    /^(?:docker:\/\/)?([^/]+)(?:\/([^:@]+))?/.exec(start.replace(/\/$/, "")) ?? [];
  if (!isKnown || first === "") return [];
  const isHost = /[.:]|^localhost$/.test(first) && rest !== "";
  const host = isHost ? first : "docker.io";
  const name = isHost ? rest : [first, rest].filter((one) => one !== "").join("/");
  const plain = name.replace(/[:@].*$/, "");
  const isHub = host === "docker.io";
  const image = isHub && !plain.includes("/") && !isFolder ? `library/${plain}` : plain;
  return [`${isHub ? "registry-1.docker.io" : host}/${image}${isFolder ? "/" : ""}`];
}

function removal(operation: string, operands: readonly Text[]): Consequence {
  const subjects = operands.flatMap((word) => imagesOf(word));
  return effect<"deploy">({ kind: "deploy", system: "registry", operation, subjects });
}

/** Files that the call names for keys and passwords. */
const opened: Verb["effects"] = ({ words }) =>
  optionValues(
    words,
    "--authfile",
    "--src-authfile",
    "--dest-authfile",
    "--sign-by-sigstore-private-key",
    "--sign-passphrase-file",
    "--decryption-key",
    "--cert-dir",
  ).map((path) => reads(path));

export const skopeo = verbModel({
  names: ["skopeo"],
  options: {
    about: flags("-h -v --help --version"),
    style: flags("--debug --insecure-policy"),
    named: taking(
      "--policy --registries.d --tmpdir --command-timeout --override-arch --override-os --override-variant --registries-conf",
    ),
  },
  table: verbs(
    [
      "inspect,list-tags,manifest-digest,layers",
      {
        effects: (call, context) => [
          ...opened(call, context),
          ...readOnlyVerb().effects(call, context),
          ...call.operands.slice(0, 1).flatMap((word) => place(word, false)),
        ],
      },
    ],
    [
      "copy",
      {
        effects: (call, context) => [
          ...opened(call, context),
          ...call.operands.slice(-2, -1).flatMap((word) => place(word, false)),
          ...call.operands.slice(-1).flatMap((word) => place(word, true)),
        ],
      },
    ],
    [
      "sync",
      {
        effects: (call, context) => {
          const goals = optionValues(call.words, "-d", "--dest").map((word) => textOf(word));
          const isFile = goals.length > 0 && goals.every((goal) => goal === "dir");
          return [
            ...opened(call, context),
            toAccount(),
            ...call.operands.slice(-1).flatMap((word) =>
              isFile
                ? [writes(word, "create", { reach: "tree" })]
                : [
                    effect<"publish">({
                      kind: "publish",
                      channel: "release",
                      destination: undefined,
                      refs: undefined,
                      subjects: imagesOf(word, true),
                    }),
                  ],
            ),
          ];
        },
      },
    ],
    ["delete", { effects: ({ verb, operands }) => [removal(verb, operands)] }],
    ["login,logout", talksTo(undefined)],
    ["help,completion,generate-sigstore-key", readOnlyVerb()],
  ),
});
