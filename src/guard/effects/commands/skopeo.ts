// skopeo: images are looked at, copied between registries and files, and deleted.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { isImageRegistry } from "../packages/image-registries.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import {
  deploys,
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
          }),
        ]
      : []),
  ];
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
                    }),
                  ],
            ),
          ];
        },
      },
    ],
    ["delete", deploys("registry")],
    ["login,logout", talksTo(undefined)],
    ["help,completion,generate-sigstore-key", readOnlyVerb()],
  ),
});
