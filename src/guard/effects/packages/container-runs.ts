// Containers that are made or entered, by docker, podman, compose and nerdctl: the program in them, and the parts of this machine that they are given.
import { EMPTY, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, type Invocation } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect, readOnlyVerb, persists, type Verb } from "../model/verbs.ts";
import { deletesInContainer, emptiesDatabase } from "../services/database-tasks.ts";
import { asksDatabase } from "./container-databases.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { isOfStrangeRegistry } from "./image-registries.ts";
import { containerGrants } from "../services/container-mounts.ts";
import { isInterpreter } from "../programs/interpreters.ts";

/** What brings images. */
export const IMAGES = "container images";

/** Options of a new container, of docker, podman and compose together. */
const RUN_OPTIONS = {
  volume: taking("v", "--volume"),
  mount: taking("--mount"),
  envFile: taking("--env-file --label-file"),
  written: taking("--cidfile --pidfile --conmon-pidfile"),
  privileged: maybeTaking("--privileged"),
  grants: taking(
    "--cap-add --device --device-cgroup-rule --security-opt --group-add --volumes-from --gpus",
  ),
  pid: taking("--pid"),
  ipc: taking("--ipc"),
  uts: taking("--uts"),
  userns: taking("--userns"),
  cgroupns: taking("--cgroupns"),
  network: taking("--network --net"),
  entrypoint: taking("--entrypoint"),
  restart: taking("--restart"),
  named: taking(
    "acehlmpuw",
    "--add-host --annotation --attach --blkio-weight --cap-drop --cgroup-parent --cpu-period --cpu-quota --cpu-shares --cpus --cpuset-cpus --cpuset-mems --detach-keys --dns --dns-option --dns-search --domainname --env --env-from-file --expose --health-cmd --health-interval --health-retries --health-start-period --health-timeout --hostname --index --ip --ip6 --label --link --log-driver --log-opt --mac-address --memory --memory-reservation --memory-swap --memory-swappiness --name --network-alias --oom-score-adj --pids-limit --platform --pod --publish --pull --shm-size --stop-signal --stop-timeout --sysctl --systemd --tmpfs --tz --ulimit --user --workdir",
  ),
  style: maybeTaking(
    "--detach --interactive --tty --rm --init --read-only --quiet --publish-all --replace --no-healthcheck --sig-proxy --no-deps --service-ports --use-aliases --remove-orphans --build --quiet-pull --quiet-build --no-TTY --no-tty --help --no-hosts --tls-verify --disable-content-trust --no-hostname",
  ),
  letters: flags("diPqtT"),
} as const;

/** Programs that reach other machines or data: what they are told is looked at where they run in a container too. */
const CLIENTS =
  /^(?:nc|ncat|netcat|socat|psql|mysql|mariadb|sqlite3|redis-cli|valkey-cli|mongosh|mongo|dropdb|dropuser|createdb|pg_restore|mysqladmin|clickhouse-client|cqlsh|etcdctl)$/;

/** Programs that only tell where and as whom they run, and what lies there by its names. */
const LOOKS_AROUND =
  /^(?:ls|pwd|ps|id|whoami|groups|date|uptime|hostname|uname|df|du|free|nproc|arch|which|stat|wc|true)$/;

/** Whether a running container is only looked at: names and sizes of what lies and runs there. */
function looksAround(inner: readonly Text[]): boolean {
  const [program, ...words] = inner.map((word) => textOf(word));
  if (program === undefined || words.includes(undefined)) return false;
  if (words.length === 1 && /^(?:--version|-V)$/.test(words[0] ?? ""))
    return /^[a-z][\w.+-]*$/.test(program);
  const isSetting = program === "date" || program === "hostname";
  // WHY not `ps e`: it shows the environment of what runs.
  const isPlainList =
    program !== "ps" || words.every((word) => /^(?:aux|-ef|-e|-A|-aux)$/.test(word ?? ""));
  return LOOKS_AROUND.test(program) && isPlainList && !(isSetting && words.length > 0);
}

/** Whether no option in front of the container says more than how the program is spoken to, as whom and where it runs. */
function isPlainlyEntered(words: readonly Text[], behind: number): boolean {
  const front = words.slice(0, words.length - behind).map((word) => textOf(word) ?? "?");
  return front.every(
    (word, at) =>
      /^(?:-[itT]+|--interactive|--tty|--no-(?:TTY|tty)|-u|-w|--user|--workdir|--index)$/.test(
        word,
      ) ||
      /^--(?:user|workdir|index)=/.test(word) ||
      /^(?:-u|-w|--user|--workdir|--index)$/.test(front[at - 1] ?? ""),
  );
}

/** A container is made, or entered, and a program runs in it. */
export function runsIn(origin: "system" | "project"): Verb {
  return {
    effects: ({ name, verb, words, stdin }, context) => {
      const call = parseInvocation(
        { options: RUN_OPTIONS, optionsEnd: "first-operand" },
        name,
        words,
        stdin,
      );
      const [image, ...given] = call.operands;
      const inner = [...call.values("entrypoint"), ...given];
      if (
        verb.endsWith("exec") &&
        isPlainlyEntered(words, call.operands.length) &&
        (looksAround(inner) || asksDatabase(inner))
      )
        return readOnlyVerb().effects(callLike(name, verb, words, stdin), context);
      return [
        effect<"execute">({
          kind: "execute",
          program: `${name} ${verb}`,
          origin,
          reach: "unbounded",
          engine: {
            act: verb.endsWith("exec") ? "enter" : "run",
            of: verb.startsWith("compose") ? "service" : "container",
            names: [textOf(image ?? []) ?? ""].filter((one) => one !== ""),
            hosts: [],
          },
        }),
        ...bringsStrange(verb, image),
        ...containerGrants(call, inner, context),
        ...call.values("written").map((path) => writes(path, "create")),
        ...strange(call, verb),
        ...(obeysStranger(inner, stdin)
          ? [
              effect<"execute">({
                kind: "execute",
                program: `${name} ${verb}`,
                origin: "download",
                reach: "unbounded",
              }),
            ]
          : []),
        ...(/^(?:always|unless-stopped|on-failure)/.test(
          textOf(call.values("restart")[0] ?? []) ?? "",
        )
          ? persists("container").effects(callLike(name, verb, words, stdin), context)
          : []),
        ...(emptiesDatabase(inner) ? databaseEffect("destroys") : []),
        // What lies in a container that is made for this alone is nobody's.
        ...(verb.endsWith("exec") && deletesInContainer(inner)
          ? [effect<"deploy">({ kind: "deploy", system: "container", operation: "destroy-data" })]
          : []),
        ...(CLIENTS.test(textOf(inner[0] ?? []) ?? "") || inner.some(feedsShell)
          ? [{ kind: "run", argv: inner, stdin } as const]
          : []),
      ];
    },
  };
}

/** Whether the program in a container takes its code from an input that came from the network. */
function obeysStranger(inner: readonly Text[], stdin: Invocation["stdin"]): boolean {
  const [program, ...words] = inner.map((word) => textOf(word));
  if (program === undefined || words.some((word) => word === undefined || !word.startsWith("-")))
    return false;
  const name = program.replace(/^.*\//, "");
  return (
    (/^(?:ba|da|a|z|k)?sh$/.test(name) || isInterpreter(name)) &&
    sourcesOf(stdin ?? EMPTY).some(({ kind }) => kind === "network")
  );
}

/** Code for a shell that gives another shell what it gets from somewhere, or speaks to a database. */
function feedsShell(word: Text): boolean {
  return /\b(?:psql|mysql|mariadb|redis-cli|mongosh|dropdb)\s|\/dev\/(?:tcp|udp)\/|\|\s*(?:\S*\/)?(?:ba|da|a|z|k)?sh\b/.test(
    word.map((piece) => (piece.kind === "text" ? piece.text : "")).join(""),
  );
}

/** A container is made of an image that its name takes from a registry which is not a public one. */
export function bringsStrange(verb: string, image: Text | undefined): readonly Consequence[] {
  const isMade = /^(?:container )?(?:run|create)$/.test(verb);
  const word = textOf(image ?? []);
  if (!isMade || image === undefined || word === undefined || !isOfStrangeRegistry(image))
    return [];
  return [
    effect<"install">({ kind: "install", manager: IMAGES, packages: [word], runsScripts: true }),
  ];
}

/** A call of a verb with these words, for verbs that are asked about it. */
export function callLike(
  name: string,
  verb: string,
  words: readonly Text[],
  stdin: Invocation["stdin"],
) {
  return { name, verb, words, operands: words, stdin, has: () => false, values: () => [] };
}

/** Options of a container or an image that no list has. */
export function strange(call: Invocation, verb: string): readonly Consequence[] {
  return call.unknownOptions.map((option) => ({
    kind: "unknown",
    reason: "unknown-option",
    detail: `\`${call.name} ${verb}\` has an option that sallyport does not know: \`${option}\``,
  }));
}
