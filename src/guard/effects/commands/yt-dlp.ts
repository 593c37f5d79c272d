// yt-dlp and youtube-dl: media of web pages into files whose names the page decides; options run programs and read browsers.
import {
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  deletes,
  type Invocation,
  type ModelContext,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { fileOfUrl } from "../paths/file-urls.ts";
import { shellRuns } from "../languages/evaluation/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, egress } from "../model/verbs.ts";

/** Options by what they do: yt-dlp(1), and `yt-dlp --help` of 2023.03. */
export const ytDlp: CommandModel = command({
  names: ["yt-dlp", "youtube-dl"],
  options: {
    about: flags(
      "h",
      "--help --version --dump-user-agent --list-extractors --extractor-descriptions --ap-list-mso",
    ),
    output: taking("o", "--output"),
    folder: taking("P", "--paths"),
    list: taking("a", "--batch-file"),
    reads: taking("--load-info-json --load-info --client-certificate --client-certificate-key"),
    changes: taking("--cookies --download-archive"),
    netrc: flags("n", "--netrc"),
    netrcAt: taking("--netrc-location"),
    browser: taking("--cookies-from-browser"),
    cache: taking("--cache-dir"),
    noCache: flags("--no-cache-dir"),
    dropsCache: flags("--rm-cache-dir"),
    updates: flags("U", "--update"),
    updatesTo: taking("--update-to"),
    code: taking("--exec --exec-before-download --netrc-cmd"),
    runs: taking(
      "--alias --downloader --external-downloader --downloader-args --external-downloader-args --ffmpeg-location --postprocessor-args --ppa --use-postprocessor --plugin-dirs --config-locations --config-location",
    ),
    prints: taking("O", "--print"),
    printsTo: taking("--print-to-file"),
    simulates: flags(
      "sjJgeF",
      "--simulate --dump-json --dump-single-json --list-formats --list-subs --list-thumbnails --get-url --get-title --get-id --get-filename --get-duration --get-format --get-description --get-thumbnail",
    ),
    processes: flags(
      "xk",
      "--extract-audio --keep-video --embed-subs --embed-thumbnail --embed-metadata --embed-chapters --embed-info-json --split-chapters --force-keyframes-at-cuts --xattrs",
    ),
    sends: taking(
      "up2",
      "--username --password --twofactor --video-password --ap-mso --ap-username --ap-password --client-certificate-password --add-headers --add-header --user-agent --referer --extractor-args",
    ),
    contacts: taking("--proxy --geo-verification-proxy --sponsorblock-api"),
    named: taking(
      "INrRfS",
      "--use-extractors --ies --default-search --wait-for-video --compat-options --socket-timeout --source-address --geo-bypass-country --geo-bypass-ip-block --playlist-items --min-filesize --max-filesize --date --datebefore --dateafter --match-filters --match-filter --break-match-filters --age-limit --max-downloads --skip-playlist-after-errors --concurrent-fragments --limit-rate --throttled-rate --retries --file-access-retries --fragment-retries --retry-sleep --buffer-size --http-chunk-size --download-sections --output-na-placeholder --trim-filenames --progress-template --encoding --sleep-requests --sleep-interval --min-sleep-interval --max-sleep-interval --sleep-subtitles --format --format-sort --merge-output-format --sub-format --sub-langs --sub-lang --audio-format --audio-quality --remux-video --recode-video --parse-metadata --concat-playlist --fixup --convert-subs --convert-thumbnails --remove-chapters --sponsorblock-mark --sponsorblock-remove --sponsorblock-chapter-title --extractor-retries --playlist-start --playlist-end --color -t --preset-alias --impersonate",
    ),
    files: flags("--enable-file-urls"),
    style: flags(
      "i46wcqvC",
      "--no-update --ignore-errors --no-abort-on-error --abort-on-error --ignore-config --no-config --no-config-locations --flat-playlist --no-flat-playlist --live-from-start --no-live-from-start --no-wait-for-video --mark-watched --no-mark-watched --no-colors --force-ipv4 --force-ipv6 --geo-bypass --no-geo-bypass --no-match-filter --no-playlist --yes-playlist --no-download-archive --break-on-existing --break-per-input --no-break-per-input --skip-unavailable-fragments --abort-on-unavailable-fragments --keep-fragments --no-keep-fragments --resize-buffer --no-resize-buffer --playlist-random --lazy-playlist --no-lazy-playlist --xattr-set-filesize --hls-use-mpegts --no-hls-use-mpegts --no-batch-file --restrict-filenames --no-restrict-filenames --windows-filenames --no-windows-filenames --no-overwrites --force-overwrites --no-force-overwrites --continue --no-continue --part --no-part --mtime --no-mtime --write-description --no-write-description --write-info-json --no-write-info-json --write-playlist-metafiles --no-write-playlist-metafiles --clean-info-json --no-clean-info-json --write-comments --no-write-comments --get-comments --no-cookies --no-cookies-from-browser --write-thumbnail --no-write-thumbnail --write-all-thumbnails --write-link --write-url-link --write-webloc-link --write-desktop-link --quiet --no-quiet --no-warnings --no-simulate --ignore-no-formats-error --no-ignore-no-formats-error --skip-download --no-download --force-write-archive --newline --no-progress --progress --console-title --verbose --dump-pages --write-pages --print-traffic --legacy-server-connect --no-check-certificates --prefer-insecure --bidi-workaround --format-sort-force --no-format-sort-force --video-multistreams --no-video-multistreams --audio-multistreams --no-audio-multistreams --prefer-free-formats --no-prefer-free-formats --check-formats --check-all-formats --no-check-formats --write-subs --write-sub --no-write-subs --write-auto-subs --write-auto-sub --no-write-auto-subs --all-subs --no-keep-video --post-overwrites --no-post-overwrites --no-embed-subs --no-embed-thumbnail --no-embed-metadata --no-embed-chapters --no-embed-info-json --no-exec --no-split-chapters --no-remove-chapters --no-force-keyframes-at-cuts --no-sponsorblock --allow-dynamic-mpd --ignore-dynamic-mpd --hls-split-discontinuity --no-hls-split-discontinuity --no-playlist-reverse",
    ),
  },
  effects: (invocation, context) => {
    const { operands, args, has, values } = invocation;
    const found: Consequence[] = [...ownFiles(invocation, context)];
    // Its second word is the file; where that is stands among the operands.
    const printed = args.flatMap((word, at) =>
      textOf(word) === "--print-to-file" ? args.slice(at + 2, at + 3) : [],
    );
    for (const path of printed) found.push(writes(path, "append"));
    const urls = operands.filter((word) => !printed.includes(word));
    const lists = values("list");
    if (urls.length === 0 && lists.length === 0 && !has("reads")) return found;
    const carries: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf([...operands, ...values("sends")]),
      ...lists.flatMap((list) => sourcesOf(context.contentOf(list))),
    ];
    for (const url of urls) found.push(...asked(url, carries, has("files")));
    for (const url of values("contacts"))
      if (textOf(url) !== "") found.push({ kind: "contacts", url, scheme: "http", carries });
    // The media come from hosts that the page names; they are looked at and put together by a program of their own.
    found.push(egress(undefined, carries), FFMPEG);
    const content: Text = [
      hole("dynamic-code", {
        sources: [
          { kind: "network", destination: { host: undefined, port: undefined, scheme: "https" } },
        ],
      }),
    ];
    const isOnlyLooking = has("simulates") || has("about") || has("prints");
    if (!isOnlyLooking || args.some((word) => textOf(word) === "--no-simulate"))
      found.push(...saved(invocation, content));
    return [...found, prints([content])];
  },
});

const FFMPEG = effect<"execute">({
  kind: "execute",
  program: "ffmpeg",
  origin: "system",
  reach: "modelled",
});

/** Files that it keeps or is given, and programs that its options name. */
function ownFiles(
  { has, values }: Invocation,
  { home, isFile }: ModelContext,
): readonly Consequence[] {
  const own = ["yt-dlp.conf", ".config/yt-dlp.conf", ".config/yt-dlp/config"]
    .map((name) => literal(`${home}/${name}`))
    .filter((path) => isFile(path));
  const cache = values("cache")[0] ?? literal(`${home}/.cache/yt-dlp`);
  return [
    ...[...own, ...values("reads"), ...values("list"), ...values("netrcAt")].map((path) =>
      reads(path),
    ),
    ...values("changes").flatMap((path) => [reads(path), writes(path, "change")]),
    ...(has("netrc") ? [reads(literal(`${home}/.netrc`))] : []),
    ...(has("browser") ? COOKIES.map((parts) => reads(browserFile(home, parts))) : []),
    ...values("browser").flatMap((word) => {
      const folder = withoutStart(word, /^[^:]*:/);
      return /^[/~]/.test(knownPrefix(folder))
        ? ["/cookies.sqlite", "/Cookies"].map((name) => reads([...folder, ...literal(name)]))
        : [];
    }),
    ...(has("noCache") ? [] : [writes(cache, "cache", { reach: "tree" })]),
    ...(has("dropsCache") ? [deletes(cache, "tree")] : []),
    ...(has("updates") || has("updatesTo")
      ? [
          effect<"install">({
            kind: "install",
            manager: "yt-dlp",
            packages: ["yt-dlp"],
            runsScripts: false,
          }),
        ]
      : []),
    ...values("code").flatMap(shellCommand),
    ...(has("runs")
      ? [
          {
            kind: "unknown",
            reason: "dynamic-code",
            detail: "an option of `yt-dlp` that names a program, its options or settings",
          } as const,
        ]
      : []),
  ];
}

/** Where browsers keep their cookies, by folder and file below the home. */
const COOKIES = [
  [".mozilla/firefox/", "/cookies.sqlite"],
  [".config/google-chrome/", "/Cookies"],
  [".config/chromium/", "/Cookies"],
  [".config/BraveSoftware/Brave-Browser/", "/Cookies"],
  [".config/microsoft-edge/", "/Cookies"],
  ["Library/Application Support/Google/Chrome/", "/Cookies"],
  ["Library/Application Support/Firefox/Profiles/", "/cookies.sqlite"],
] as const;

/** The folder of a profile stands between the two. */
function browserFile(home: string, [folder, name]: readonly [string, string]): Text {
  const profile = hole("dynamic-path", { like: "*", splits: false });
  return [...literal(`${home}/${folder}`), profile, ...literal(name)];
}

/** A page, a search or an identifier: what is no address is asked of a host that the program knows. */
function asked(
  url: Text,
  carries: readonly DataSource[],
  hasFiles: boolean,
): readonly Consequence[] {
  const file = hasFiles ? fileOfUrl(url) : undefined;
  if (file !== undefined) return [reads(file)];
  return /^[a-z][a-z+]*:\/\//i.test(textOf(url) ?? "")
    ? [{ kind: "contacts", url, scheme: "http", carries }]
    : [];
}

/**
 * What runs for a file. Fields written `%(name)q`, `{}`, and the file's name that is put at the end where no field stands, are
 * quoted: they are words, and no code.
 */
function shellCommand(code: Text): readonly Consequence[] {
  const given = withoutStart(code, WHEN);
  const text = given.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
  const isNamed = /%\([^)]*\)|\{\}/.test(text);
  const quoted = [...given, ...(isNamed ? [] : literal(" {}"))].map((piece) =>
    piece.kind === "text"
      ? { ...piece, text: piece.text.replace(/%\([^)]*\)[-#+0 ]*[\d.]*q|\{\}/g, '"$1"') }
      : piece,
  );
  const file = hole("dynamic-path", { like: "*", splits: false });
  return shellRuns([withNames(quoted)]).map((one) =>
    one.kind === "script" ? { ...one, positional: [[file]] } : one,
  );
}

/** What is written: files by a template, in a folder, with whatever ending the media have. */
function saved({ values, has }: Invocation, content: Text): readonly Consequence[] {
  const typed = /^(?:home|temp|[a-z_]+):(?=.)/;
  const folders = values("folder").map((word) => withoutStart(word, typed));
  const templates = values("output").map((word) =>
    withoutStart(
      word,
      /^(?:default|subtitle|thumbnail|description|annotation|infojson|link|pl_\w+|chapter):/,
    ),
  );
  const name = templates.length > 0 ? templates : [literal("%(title)s [%(id)s].%(ext)s")];
  const places = folders.length > 0 ? folders : [undefined];
  const files = name
    .filter((template) => textOf(template) !== "-")
    .flatMap((template) =>
      places.map((folder) => {
        const isAbsolute = /^[/~]/.test(textOf(template) ?? "");
        const stem = withNames(withoutEnd(template, /\.(?:%\(ext\)s|[A-Za-z0-9]{1,5})$/));
        return folder === undefined || isAbsolute ? stem : [...folder, ...literal("/"), ...stem];
      }),
    );
  return files.flatMap((stem) => {
    const path = [...stem, hole("dynamic-path", { like: "*", splits: false })];
    return [
      writes(path, "create", { content: [content] }),
      // Pieces that were put together, and what stood there under another ending, go again.
      ...(has("processes") ? [deletes(path, "entry")] : []),
    ];
  });
}

/** The text with every field of the page (`%(title)s`) as a name that is not known; none of them holds a slash. */
function withNames(template: Text): Text {
  return template.flatMap((piece): Text => {
    if (piece.kind !== "text") return [piece];
    const parts = piece.text.split(/%\([^)]*\)[-#+0 ]*[\d.]*[a-zA-Z]/);
    return parts.flatMap(
      (part, at): Text => [
        ...(at === 0 ? [] : [hole("dynamic-path", { like: "*", splits: false })]),
        ...(part === "" ? [] : literal(part)),
      ],
    );
  });
}

const WHEN =
  /^(?:pre_process|after_filter|video|before_dl|post_process|after_move|after_video|playlist):/;

function withoutStart(word: Text, pattern: RegExp): Text {
  const [first, ...rest] = word;
  return first?.kind === "text" ? [...literal(first.text.replace(pattern, "")), ...rest] : word;
}

function withoutEnd(word: Text, pattern: RegExp): Text {
  const last = word.at(-1);
  return last?.kind === "text"
    ? [...word.slice(0, -1), ...literal(last.text.replace(pattern, ""))]
    : word;
}
