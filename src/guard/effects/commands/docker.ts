// docker, podman and their compose: containers that run with parts of this machine, images that come and go.
import { deletesInContainer, emptiesDatabase } from "../services/database-tasks.ts";
import { databaseEffect } from "../languages/evaluation/sql.ts";
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  type Invocation,
  type ModelContext,
  parseInvocation,
  reads,
  writes,
} from "../model/command-model.ts";
import { composeGrants, composeValues } from "../projects/compose-services.ts";
import { containerGrants } from "../services/container-mounts.ts";
import { ASKS_IMAGES, isOfStrangeRegistry, isPublicImage } from "../packages/image-registries.ts";
import { isInterpreter } from "../programs/interpreters.ts";
import { flags, maybeTaking, optionValues, taking } from "../model/option-list.ts";
import {
  deploys,
  effect,
  installs,
  readOnlyVerb,
  persists,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "aqfltsdnhp",
    "--all --quiet --no-trunc --size --latest --help --digests --tree --no-stream --timestamps --details --follow --no-color --services --volumes --images --profiles --hash --environment --resolve-image-digests --dry-run --no-log-prefix --human --pod --noheading --names --sync --external --verbose --orphans --print",
  ),
  taking(
    "--filter --format --tail --since --until -n --last --type --profile --index --sort --ns --status --variant",
  ),
  maybeTaking("--no-interpolate --orphans --no-normalize --no-consistency --no-path-resolution"),
];

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
function runsIn(origin: "system" | "project"): Verb {
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
        looksAround(inner)
      )
        return readOnlyVerb().effects(callLike(name, verb, words, stdin), context);
      return [
        effect<"execute">({
          kind: "execute",
          program: `${name} ${verb}`,
          origin,
          reach: "unbounded",
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

const COMPOSE_UP: Verb = runsCode("project");

const MANAGER = "container images";
const INSTALLS: Verb = installs(undefined, MANAGER);

/** A container is made of an image that its name takes from a registry which is not a public one. */
function bringsStrange(verb: string, image: Text | undefined): readonly Consequence[] {
  const isMade = /^(?:container )?(?:run|create)$/.test(verb);
  const word = textOf(image ?? []);
  if (!isMade || image === undefined || word === undefined || !isOfStrangeRegistry(image))
    return [];
  return [
    effect<"install">({ kind: "install", manager: MANAGER, packages: [word], runsScripts: true }),
  ];
}

/**
 * Images that are named on a public registry are brought as `create` and `run` bring them, and less happens: nothing of them
 * runs. What comes from elsewhere, or by words that are not known, is an install.
 */
const brings: Verb = {
  effects: (call, context) => {
    const { operands, unknownOptions: strange } = parseInvocation(
      { options: PULL_OPTIONS, optionsEnd: "anywhere" },
      call.name,
      call.words,
      call.stdin,
    );
    const isPlain = operands.length > 0 && strange.length === 0 && operands.every(isPublicImage);
    return isPlain
      ? [
          ...ASKS_IMAGES.effects({ ...call, operands }, context),
          effect<"execute">({
            kind: "execute",
            program: `${call.name} ${call.verb}`,
            origin: "system",
            reach: "unbounded",
          }),
        ]
      : INSTALLS.effects(call, context);
  },
};

const PULL_OPTIONS = {
  named: taking("--platform"),
  style: flags("aq", "--all-tags --quiet"),
};

/** Builds an image of a directory, whose recipe runs. */
const builds: Verb = {
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

function callLike(name: string, verb: string, words: readonly Text[], stdin: Invocation["stdin"]) {
  return { name, verb, words, operands: words, stdin, has: () => false };
}

/** A directory that is sent and is not the working directory or below it. */
function outside(word: Text): readonly Consequence[] {
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

function strange(call: Invocation, verb: string): readonly Consequence[] {
  return call.unknownOptions.map((option) => ({
    kind: "unknown",
    reason: "unknown-option",
    detail: `\`${call.name} ${verb}\` has an option that sallyport does not know: \`${option}\``,
  }));
}

const copies: Verb = {
  effects: ({ operands }) => {
    const [from, to] = operands;
    const isInside = (path: Text | undefined): boolean =>
      /^[\w.-]+:/.test(textOf(path ?? []) ?? "");
    const isStream = (path: Text | undefined): boolean => textOf(path ?? []) === "-";
    return [
      ...(from === undefined || isInside(from) || isStream(from) ? [] : [reads(from, "tree")]),
      ...(to === undefined || isInside(to)
        ? [
            effect<"execute">({
              kind: "execute",
              program: "container copy",
              origin: "system",
              reach: "unbounded",
            }),
          ]
        : isStream(to)
          ? []
          : [writes(to, "create", { reach: "tree" })]),
    ];
  },
};

/** Writes the file that `-o` names. */
const saves: Verb = {
  effects: ({ words }) =>
    words.flatMap((word, at): Consequence[] =>
      /^(-o|--output)$/.test(textOf(word) ?? "")
        ? [writes(words[at + 1] ?? [], "create")]
        : /^(-o.|--output=)/.test(textOf(word) ?? "")
          ? [writes(literal((textOf(word) ?? "").replace(/^(-o|--output=)/, "")), "create")]
          : [],
    ),
};

/** Containers named one by one, which can be started again or made anew; those that a list names may be anybody's. */
function touches(isLasting: RegExp): Verb {
  return {
    effects: (call, context) =>
      call.operands.some((word) => textOf(word) === undefined) ||
      call.words.some((word) => isLasting.test(textOf(word) ?? ""))
        ? deploys("container").effects(call, context)
        : [
            effect<"execute">({
              kind: "execute",
              program: `${call.name} ${call.verb}`,
              origin: "system",
              reach: "unbounded",
            }),
          ],
  };
}

/** The engine keeps a name for something: nothing of this machine changes, unless a volume is a directory of it. */
const names: Verb = {
  effects: ({ words }) =>
    words.flatMap((word) => {
      const place = /(?:^|[=,])device=([^,]+)/.exec(textOf(word) ?? "")?.[1];
      return place === undefined
        ? []
        : [reads(literal(place), "tree"), writes(literal(place), "change", { reach: "tree" })];
    }),
};

/** What compose makes of its files, with the values that it takes from the settings beside them. */
const composeConfig: Verb = {
  options: [
    ...LISTING,
    { names: ["-o", "--output"], value: "required" },
    flags("--no-env-resolution"),
  ],
  effects: (call, context) => [
    ...readOnlyVerb().effects(call, context),
    ...saves.effects(call, context),
    ...(call.has(
      "--services",
      "--volumes",
      "--images",
      "--profiles",
      "--hash",
      "--quiet",
      "-q",
      "--no-interpolate",
    )
      ? []
      : [".env"].flatMap((path) => (context.isFile(literal(path)) ? [reads(literal(path))] : []))),
  ],
};

const ENGINE = {
  about: flags("vh", "--version --help"),
  host: taking("Hc", "--host --context --url --connection --identity"),
  files: taking("f", "--file --env-file --config --tlscacert --tlscert --tlskey"),
  named: taking(
    "lp",
    "--log-level --project-name --profile --project-directory --ansi --progress --parallel --root",
  ),
  style: flags("D", "--debug --tls --tlsverify --remote --compatibility"),
};
const LOCAL_ENGINE = /^(?:unix:|npipe:|default$|desktop-linux$|rootless$|orbstack$|colima$|$)/;

const model = verbModel({
  names: ["docker", "podman", "docker-compose", "podman-compose", "nerdctl"],
  options: ENGINE,
  before: (call, context) => [
    ...enginesOf(call, context).flatMap((host): Consequence[] => [
      { kind: "contacts", url: host, scheme: "tcp", carries: [{ kind: "argument" }] },
      ...(LOOKS.test(textOf(call.operands.find((word) => textOf(word) !== "compose") ?? []) ?? "?")
        ? []
        : [effect<"deploy">({ kind: "deploy", system: "container host", operation: "remote" })]),
    ]),
    ...call.values("files").map((path) => reads(path)),
  ],
  table: verbs(
    [
      "ps,images,logs,inspect,version,info,top,stats,port,history,diff,events,wait,system info,image ls,image list,image history,image inspect,image tree,image exists,container ls,container list,container ps,container logs,container inspect,container top,container stats,container port,container diff,container exists,volume ls,volume list,volume inspect,volume exists,network ls,network list,network inspect,network exists,compose ps,compose ls,compose logs,compose images,compose top,compose version,compose port,compose events,compose stats,compose volumes,context ls,context show,context inspect,buildx ls,buildx version,buildx du,buildx inspect,buildx history ls,plugin ls,help,pod ps,pod ls,pod inspect,pod logs,machine ls,machine inspect,healthcheck run,generate kube,kube generate,system connection list",
      readOnlyVerb(...LISTING, {
        names: ["--service", "-s", "--builder", "--bootstrap"],
        value: "optional",
      }),
    ],
    ["system df", readOnlyVerb(...LISTING, flags("-v --verbose"))],
    ["compose config,compose convert", composeConfig],
    ["manifest inspect,buildx imagetools inspect,search", ASKS_IMAGES],
    ["run,create,container run,container create", runsIn("system")],
    ["exec,container exec", runsIn("system")],
    ["compose run,compose exec", runsIn("project")],
    [
      "compose up,compose watch,compose create,compose start,compose restart,compose attach,play kube,kube play,unshare,machine start,sandbox",
      COMPOSE_UP,
    ],
    [
      "start,restart,stop,kill,pause,unpause,container start,container restart,container stop,container kill,container pause,container unpause,attach,compose stop,compose kill,compose pause,compose unpause",
      touches(/^(?:-a|--all|-l|--latest)$/),
    ],
    ["rm,rmi,container rm,image rm,compose rm", touches(/^(?:-[a-z]*[av][a-z]*|--volumes|--all)$/)],
    ["compose down", touches(/^(?:-v|--volumes|--rmi.*)$/)],
    ["image prune,builder prune,buildx prune", touches(/^(?:-[a-z]*a[a-z]*|--all)$/)],
    ["build,image build,builder build,buildx build,buildx bake,compose build", builds],
    ["pull,image pull", brings],
    // As `compose up`, which brings what its file names before it runs that.
    ["compose pull", COMPOSE_UP],
    ["load,image load,import,image import,plugin install", INSTALLS],
    [
      "tag,image tag,commit,container commit,rename,container rename,volume create,network create,network connect,network disconnect,pod create",
      names,
    ],
    [
      "push,image push,compose push,manifest push,compose publish,plugin push,buildx imagetools create,trust sign,trust revoke",
      publishes("release", undefined),
    ],
    ["login,logout,scout,trust", talksTo(undefined)],
    ["cp,container cp,compose cp", copies],
    ["save,image save,export,container export,generate systemd", saves],
    [
      "update,container update",
      {
        effects: (call, context) => [
          ...deploys("container").effects(call, context),
          ...(optionValues(call.words, "--restart").some((value) => textOf(value) !== "no")
            ? persists("container").effects(call, context)
            : []),
        ],
      },
    ],
    [
      "container prune,volume rm,volume prune,network rm,network prune,system prune,system reset,buildx rm,buildx create,buildx use,context use,context create,context rm,secret create,secret rm,config create,config rm,pod rm,pod stop",
      deploys("container"),
    ],
    [
      "swarm,stack,service,node,swarm init,stack deploy,service create,service update,node update",
      deploys("container cluster"),
    ],
  ),
});

const LOOKS =
  /^(?:ps|images|logs|inspect|version|info|top|stats|port|history|diff|events|ls|config|help)$/;

/** Engines that are not the one of this machine, by option or variable. */
function enginesOf(call: Invocation, context: ModelContext): readonly Text[] {
  const set = ["DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINER_HOST"].flatMap(
    (name) => context.variable(name) ?? [],
  );
  return [...call.values("host"), ...set].filter((host) => !LOCAL_ENGINE.test(textOf(host) ?? "?"));
}

const COMPOSE_OPTIONS = {
  files: taking("f", "--file --env-file"),
  named: taking("p", "--project-name --profile --project-directory --ansi --progress --parallel"),
  style: flags("--compatibility --all-resources --dry-run --verbose"),
};

export const docker: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const [first, ...rest] = invocation.operands;
    if (invocation.name.endsWith("-compose") && first !== undefined)
      return [
        ...model.effects(
          { ...invocation, operands: [literal("compose"), ...invocation.operands] },
          context,
        ),
        ...ofCompose(invocation.operands, invocation.args, invocation, context),
      ];
    if (first === undefined || textOf(first) !== "compose")
      return model.effects(invocation, context);
    // `compose` has options of its own in front of its verb.
    const inner = parseInvocation(
      { options: COMPOSE_OPTIONS, optionsEnd: "first-operand" },
      invocation.name,
      rest,
      invocation.stdin,
    );
    return [
      ...inner.values("files").map((path) => reads(path)),
      ...strange(inner, "compose"),
      ...model.effects({ ...invocation, operands: [first, ...inner.operands] }, context),
      ...ofCompose(inner.operands, rest, invocation, context),
    ];
  },
};

/** What follows from the files of compose. `words` begin with its verb, `args` with its own options. */
function ofCompose(
  words: readonly Text[],
  args: readonly Text[],
  { stdin }: Invocation,
  context: ModelContext,
): readonly Consequence[] {
  const named = optionValues(args, "-f", "--file");
  return [
    ...composeGrants(words, named, stdin, context),
    ...composeValues(words, named, stdin, context),
  ];
}
