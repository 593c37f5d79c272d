// Images that are built, by docker, podman, compose and nerdctl: the recipe that runs, what is sent to it, and where the result goes.
import { containerGrants } from "../services/container-mounts.ts";
import { callLike, strange } from "./container-runs.ts";
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect, publishes, type Verb } from "../model/verbs.ts";

/** Builds an image of a directory, whose recipe runs. */
export const builds: Verb = {
  effects: ({ name, verb, words, stdin }, context) => {
    const call = parseInvocation(
      { options: BUILD_OPTIONS, optionsEnd: "anywhere" },
      name,
      words,
      stdin,
    );
    const recipes = verb.endsWith("bake") || verb.startsWith("compose") ? [] : call.operands;
    const isForeign = recipes.some((word) =>
      /^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(textOf(word) ?? ""),
    );
    const fromNetwork =
      recipes.some((word) => textOf(word) === "-") &&
      sourcesOf(stdin ?? EMPTY).some(({ kind }) => kind === "network");
    return [
      effect<"execute">({
        kind: "execute",
        program: `${name} ${verb}`,
        origin: fromNetwork ? "download" : isForeign ? "unknown" : "project",
        reach: "unbounded",
      }),
      // WHY: which files of the directory are sent is decided by a file of the project, so they are not listed.
      ...recipes.flatMap((word) => outside(word)),
      ...call.values("file").flatMap((path) => (textOf(path) === "-" ? [] : [reads(path)])),
      ...call.values("written").map((path) => writes(path, "create")),
      ...call.values("output").flatMap(outputOf),
      ...[...call.values("secret"), ...call.values("ssh")].flatMap(secretOf),
      ...call.values("context").flatMap((word) => outside(valueAfter(word))),
      ...containerGrants(call, [], context),
      ...(call.has("push")
        ? publishes("release", undefined).effects(callLike(name, verb, words, stdin), context)
        : []),
      ...strange(call, verb),
    ];
  },
};

const BUILD_OPTIONS = {
  file: taking("f", "--file --dockerfile --env-file --ignorefile"),
  written: taking("--iidfile --metadata-file --logfile"),
  output: taking("o", "--output"),
  secret: taking("--secret"),
  ssh: taking("--ssh"),
  context: taking("--build-context"),
  volume: taking("v", "--volume"),
  grants: taking("--allow --cap-add --device --security-opt --group-add"),
  privileged: flags("--privileged"),
  network: taking("--network --net"),
  push: flags("--push"),
  named: taking(
    "tmc",
    "--tag --target --build-arg --platform --label --progress --cache-from --cache-to --builder --add-host --shm-size --ulimit --memory --memory-swap --cpu-shares --cpuset-cpus --cpu-quota --cpu-period --attest --annotation --call --no-cache-filter --set --isolation --format --jobs --layers --list --ssh-agent --cgroup-parent",
  ),
  style: maybeTaking(
    "--no-cache --pull --quiet --rm --force-rm --compress --squash --load --check --print --provenance --sbom --debug --with-dependencies --help --build --dry-run --tls-verify --disable-content-trust",
  ),
  letters: flags("qD"),
} as const;

/** A directory that is sent and is not the working directory or below it. */
export function outside(word: Text): readonly Consequence[] {
  const text = textOf(word);
  if (text === undefined) return [reads(word, "tree")];
  return /^(?:[/~]|\.\.)/.test(text) ? [reads(word, "tree")] : [];
}

/** `dest=PATH` or the path alone. */
function outputOf(word: Text): readonly Consequence[] {
  const text = textOf(word);
  if (text === undefined) return [writes(word, "create", { reach: "tree" })];
  const place = /(?:^|,)dest=([^,]*)/.exec(text)?.[1] ?? (/=/.test(text) ? undefined : text);
  return [
    ...(place === undefined || place === "-"
      ? []
      : [writes(literal(place), "create", { reach: "tree" })]),
    ...(/type=registry|push=true/.test(text)
      ? [
          effect<"publish">({
            kind: "publish",
            channel: "release",
            destination: undefined,
            refs: undefined,
          }),
        ]
      : []),
  ];
}

function secretOf(word: Text): readonly Consequence[] {
  const text = textOf(word);
  if (text === undefined) return [reads(word)];
  const path = /(?:^|,)(?:src|source)=([^,]*)/.exec(text)?.[1] ?? /^[\w-]+=([^,]+)/.exec(text)?.[1];
  return path === undefined ? [] : [reads(literal(path))];
}

function valueAfter(word: Text): Text {
  const text = textOf(word);
  return text === undefined ? word : literal(text.replace(/^[^=]*=/, ""));
}
