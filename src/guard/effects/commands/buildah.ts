// buildah, kaniko and buildctl: images that are put together step by step.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { containerGrants } from "../services/container-mounts.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import {
  deploys,
  effect,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const GRANTS = {
  volume: taking("-v --volume"),
  mount: taking("--mount"),
  grants: taking("--cap-add --device --security-opt"),
  network: taking("--network"),
  pid: taking("--pid"),
  ipc: taking("--ipc"),
  privileged: flags("--privileged"),
};

/** A recipe of the project, or a command, runs in a container, with what it is given of this machine. */
const runs: Verb = {
  effects: ({ name, verb, words, stdin }, context) => [
    ...runsCode().effects(
      { name, verb, words, operands: words, stdin, has: () => false, values: () => [] },
      context,
    ),
    ...containerGrants(
      parseInvocation({ options: GRANTS, optionsEnd: "anywhere" }, name, words, stdin),
      [],
      context,
    ),
    ...optionValues(words, "-f", "--file", "--authfile", "--creds").flatMap((path) =>
      context.isFile(path) ? [reads(path)] : [],
    ),
    ...optionValues(words, "--iidfile", "--digestfile", "--metadata-file").map((path) =>
      writes(path, "create"),
    ),
    ...(optionValues(words, "-o", "--output").some((word) =>
      /push=true|type=registry/.test(textOf(word) ?? ""),
    )
      ? [
          effect<"publish">({
            kind: "publish",
            channel: "release",
            destination: undefined,
            refs: undefined,
          }),
        ]
      : []),
  ],
};

/** Files of this machine come into the image. */
const adds: Verb = {
  effects: ({ operands }) =>
    operands
      .slice(1, operands.length > 2 ? -1 : undefined)
      .map(
        (path): Consequence =>
          /^https?:\/\//.test(textOf(path) ?? "")
            ? { kind: "contacts", url: path, carries: [{ kind: "argument" }] }
            : reads(path, "tree"),
      ),
};

export const buildah: CommandModel = verbModel({
  names: ["buildah", "buildctl"],
  options: {
    about: flags("-h -v --help --version"),
    named: taking(
      "--log-level --root --runroot --storage-driver --addr --tlsdir --userns-uid-map --userns-gid-map",
    ),
    style: flags("--debug"),
  },
  table: verbs(
    [
      "images,containers,ps,inspect,info,version,help,debug workers,du,mount --help,manifest inspect,diff",
      readOnlyVerb(
        flags("-a -q -n --all --quiet --noheading --json --no-trunc --digests -v"),
        taking("--format --filter -f --type -t"),
      ),
    ],
    ["bud,build,build-using-dockerfile,run", runs],
    ["add,copy", adds],
    ["from,pull", installs(undefined, "container images")],
    ["push,manifest push", publishes("release", undefined)],
    ["login,logout", talksTo(undefined)],
    [
      "config,commit,tag,rename,manifest create,manifest add,manifest annotate,unshare,source",
      runsCode(),
    ],
    ["rm,rmi,prune,umount,unmount,mount,manifest rm,manifest remove", deploys("container")],
  ),
});
