// Ruby, read lightly: methods without parentheses, backticks, opens that are pipes, symbols that are calls.
import { dropKnown, knownPrefix } from "../../shell/values/text.ts";
import {
  takesRights,
  changesMode,
  kills,
  contacts,
  copies,
  hardLinks,
  links,
  removes,
  removesAll,
  runsWordsOrShell,
  writesFile,
  readsVariable,
} from "./evaluation/call-effects.ts";
import { type CallEffect, doings, type Language, type Prepared } from "./evaluation/language.ts";
import { printedBy } from "./evaluation/printed-by.ts";
import type { Observations } from "./evaluation/observations.ts";
import {
  type Lexed,
  type Lexicon,
  match,
  PAIRS,
  readString,
  type Spot,
  type StringRules,
  type Token,
  words,
} from "./evaluation/tokens.ts";
import { rubyValues } from "./ruby-values.ts";

const lexicon: Lexicon = {
  space: /(?:\s|#[^\n]*)+/y,
  name: /(?:@@?|\$)?[\p{L}_][\p{L}\p{N}_]*(?:[?!](?!=))?|\$[-~_&!@/\\;,.<>0-9:"'`+*$?]/uy,
  special: quoteAt,
};

function quoteAt(spot: Spot): Lexed | "none" {
  const { code, at, previous } = spot;
  const char = code[at] ?? "";
  // Documentation between lines, settings on the first line, and characters that look like the start of a text.
  if (at === 0 && (/^=begin/m.test(code) || /^#!.* -/.test(code))) return undefined;
  if (char === "?" && /["'`/#%]/.test(code[at + 1] ?? "")) return undefined;
  const named = previous?.kind === "name" && isValue(previous);
  if (
    named &&
    (char === "/" || char === "%" || char === "<") &&
    /\s/.test(code[at - 1] ?? "") &&
    !/[\s=]/.test(code[at + 1] ?? " ")
  )
    return undefined;
  if (
    previous?.kind === "name" &&
    !named &&
    (char === "/" || char === "%") &&
    new RegExp(`\\b${previous.text}\\s*(?:[-+*/|&]?=|,|\\|)`).test(code)
  )
    return undefined;
  if (char === "'") return readString(spot, at + 1, { close: "'", escapes: "few" });
  if (char === '"') return readString(spot, at + 1, { close: '"', escapes: "all", computed: "#{" });
  if (char === "`")
    return readString(spot, at + 1, {
      close: "`",
      escapes: "all",
      computed: "#{",
      kind: "command",
    });
  if (/^<<[~-]?["'`A-Z]/.test(code.slice(at, at + 4)) && !isValue(previous))
    return { tokens: [{ kind: "op", text: "heredoc" }], end: at + 2 };
  // A symbol is a name that may be called: `map(&:to_s)`, `send(:x)`.
  const symbol = match(/:(?=[A-Za-z_"])(?!:)/y, code, at);
  if (symbol !== undefined && code[at - 1] !== ":" && !/[\w)\]]/.test(code[at - 1] ?? ""))
    return symbolAt(spot);
  if (char === "%" && !isValue(previous)) {
    const kind = match(/%[qQwWixrs]?(?=[^\w\s=])/y, code, at);
    if (kind !== undefined) return percentAt(spot, kind);
  }
  if (char === "/" && !isValue(previous)) {
    const found = readString(spot, at + 1, {
      close: "/",
      escapes: "all",
      computed: "#{",
      kind: "pattern",
    });
    return found === undefined
      ? undefined
      : { ...found, end: found.end + (match(/[a-z]+/y, code, found.end)?.length ?? 0) };
  }
  return "none";
}

function symbolAt(spot: Spot): Lexed {
  const { code, at, previous } = spot;
  if (code[at + 1] === '"')
    return readString(spot, at + 2, { close: '"', escapes: "all", computed: "#{" });
  const name = match(/[A-Za-z_]\w*[?!=]?/y, code, at + 1) ?? "";
  const called = previous?.kind === "op" && previous.text === "&";
  return {
    tokens: called
      ? [
          { kind: "op", text: "." },
          { kind: "name", text: name },
        ]
      : [{ kind: "string", text: name, inner: [] }],
    end: at + 1 + name.length,
  };
}

function percentAt(spot: Spot, kind: string): Lexed {
  const start = spot.at + kind.length;
  const open = spot.code[start] ?? "";
  const close = PAIRS[open] ?? open;
  const letter = kind.slice(1);
  const computes = !/^[qwis]$/.test(letter);
  const rules: StringRules = {
    close,
    ...(close === open ? {} : { open }),
    escapes: computes ? "all" : "few",
    ...(computes ? { computed: "#{" } : {}),
    kind: letter === "x" ? "command" : letter === "r" ? "pattern" : "string",
  };
  const found = readString(spot, start + 1, rules);
  const [only] = found?.tokens ?? [];
  if (found === undefined || !/^[wWi]$/.test(letter) || only?.kind !== "string") return found;
  const items = (only.text ?? "").trim().split(/\s+/);
  return {
    end: found.end,
    tokens: [
      { kind: "op", text: "[" },
      ...items.flatMap((text): Token[] => [
        { kind: "string", text: only.text === undefined ? undefined : text, inner: only.inner },
        { kind: "op", text: "," },
      ]),
      { kind: "op", text: "]" },
    ],
  };
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind === "op") return /^[\])}]$/.test(token.text);
  return (
    token.kind !== "name" ||
    !/^(puts|print|if|unless|while|until|and|or|not|return|when|in|then|do|else|elsif|split|gsub|sub|match|scan)$/.test(
      token.text,
    )
  );
}

const KEYWORDS = words(
  "BEGIN END and begin break case def do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield lambda proc loop puts print p pp printf putc require require_relative load",
);

const HARMLESS = words(
  "Integer Float String Array Hash Rational Complex Math.* Time.now Time.at Time.parse Date.today Date.parse Date.new DateTime.now JSON.parse JSON.generate JSON.pretty_generate YAML.safe_load YAML.dump Set.new Struct.new Comparable Enumerable Array.new Hash.new String.new Random.rand SecureRandom.hex SecureRandom.uuid Digest.SHA256.hexdigest Digest.MD5.hexdigest Base64.encode64 Base64.decode64 Base64.strict_encode64 RUBY_VERSION RUBY_PLATFORM RUBY_ENGINE ARGV STDOUT STDERR STDIN STDIN.read STDIN.each_line STDIN.gets $stdin $stdin.read $stdin.each_line $stdin.gets $stdout $stderr $stdout.puts $stderr.puts $_ $. $1 $2 $3 $~ ERB.Util.html_escape CGI.escape CGI.unescape URI.parse URI.encode_www_form_component Process.pid Process.clock_gettime Process.CLOCK_MONOTONIC",
  "sprintf format rand srand sleep raise fail exit abort catch throw block_given? freeze frozen? gets StandardError RuntimeError ArgumentError TypeError KeyError NameError",
  "Dir.home File.exist? File.file? File.directory? File.basename File.dirname File.extname File.join File.size File.mtime File.expand_path File.absolute_path File.SEPARATOR File.symlink? __dir__ File.stat Dir.pwd Dir.glob Dir.children Dir.entries Dir.exist? Dir.[]",
);

const GLOBALS = words(
  "alias_method at_exit attr autoload binding caller class_eval class_exec const_get const_missing const_set define_method define_singleton_method eval exec extend fork gem global_variables include instance_eval instance_exec instance_method instance_variable_get instance_variable_set local_variables method method_missing methods module_eval module_exec open prepend private_methods public_send readline readlines send __send__ set_trace_func singleton_class spawn syscall system taint test trace_var trap warn_never Kernel Object Class Module Binding ObjectSpace IO File Dir FileUtils Process Open3 PTY Socket TCPSocket Net Fiddle RubyVM Marshal ARGF DATA ENV TOPLEVEL_BINDING $: $LOAD_PATH $LOADED_FEATURES $0 $PROGRAM_NAME class __unknown_part__",
);

const METHODS = words(
  "upcase! downcase! capitalize! gsub! sub! strip! chomp! squeeze! reverse! sort! uniq! compact! reject! select! tr! abs all? any? append at bytes capitalize ceil center chars chomp chop chr clear collect combination compact concat count cycle delete delete_if detect dig digits div divmod downcase drop drop_while dup each each_char each_cons each_key each_line each_pair each_slice each_value each_with_index each_with_object empty? encode end_with? entries even? fetch fill filter filter_map find find_all find_index first flat_map flatten floor force_encoding freeze gcd group_by gsub has_key? hex include? index inject insert inspect invert is_a? join keep_if key key? keys last lcm length lines ljust lstrip map map! match match? max max_by merge merge! min min_by minmax next nil? none? odd? one? ord pad partition permutation pop pred product push rand reduce reject replace reverse rindex rjust rotate round rstrip sample scan select select! shift shuffle size slice sort sort_by split squeeze start_with? step store strftime strip sub succ sum swapcase take take_while tally then times to_a to_c to_f to_h to_i to_json to_r to_s to_set to_sym tr transform_keys transform_values transpose truncate uniq unpack unshift upcase update upto downto values values_at with_index with_object zip zero? positive? negative? year month day hour min sec puts print write read each_entry lazy ok message new host path scheme query code body hexdigest",
);

/** `IO.read("|cmd")` and `open("|cmd")` run a program; other names are files. */
function opensOrRuns(mode: "read" | "write" | "append" | "argument", position = 0): CallEffect {
  return (call, seen) => {
    const paths = call.args[position]?.texts;
    if (paths === undefined) return false;
    const how =
      mode === "argument"
        ? call.args[1] === undefined
          ? "r"
          : call.args[1].text
        : mode === "read"
          ? "r"
          : mode === "write"
            ? "w"
            : "a";
    for (const path of paths) {
      const start = knownPrefix(path);
      if (start.startsWith("|")) seen.shell([dropKnown(path, 1)]);
      else if (/^https?:/.test(start)) seen.contact(path, "https");
      else {
        if (how === undefined || /r|\+/.test(how)) seen.read([path]);
        if (how === undefined || /[wa+]/.test(how))
          seen.write([path], how?.includes("a") === true ? "append" : "create");
      }
    }
    return how !== undefined;
  };
}

export const ruby: Language = {
  name: "ruby code",
  lexicon,
  keywords: KEYWORDS,
  harmless: HARMLESS,
  methods: METHODS,
  calls: doings(
    [
      opensOrRuns("read"),
      "File.read File.readlines File.foreach File.binread IO.read IO.readlines IO.foreach IO.binread YAML.load_file JSON.load_file CSV.read CSV.foreach",
    ],
    [opensOrRuns("argument"), "open File.open File.new URI.open IO.sysopen Kernel.open"],
    [opensOrRuns("write"), "File.write IO.write File.binwrite IO.binwrite"],
    [
      removesAll,
      "File.delete File.unlink FileUtils.rm FileUtils.rm_f Dir.rmdir Dir.delete Dir.unlink FileUtils.remove",
    ],
    [removes("tree"), "FileUtils.rm_rf FileUtils.rm_r FileUtils.remove_dir FileUtils.remove_entry"],
    [copies("moves", "tree", "as-named"), "File.rename"],
    [copies("moves", "tree"), "FileUtils.mv FileUtils.move"],
    [
      copies("copies", "tree"),
      "FileUtils.cp FileUtils.copy FileUtils.cp_r FileUtils.copy_file FileUtils.install",
    ],
    [links, "File.symlink FileUtils.ln_s FileUtils.ln_sf"],
    [hardLinks, "File.link FileUtils.ln"],
    [
      writesFile(0, "change"),
      "Dir.mkdir FileUtils.mkdir FileUtils.mkdir_p FileUtils.touch File.truncate",
    ],
    [
      runsWordsOrShell,
      "system exec spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn Open3.capture2 Open3.capture2e Open3.capture3 Open3.popen3 PTY.spawn",
    ],
    [popens, "IO.popen"],
    [kills, "Process.kill"],
    [
      takesRights,
      "Process.Sys.setuid Process.Sys.seteuid Process.Sys.setreuid Process.Sys.setresuid Process.setuid Process.UID.change_privilege Process.UID.grant_privilege Process.GID.change_privilege Process.initgroups",
    ],
    [changesMode(0, 1), "File.chmod FileUtils.chmod"],
    [contacts(), "Net.HTTP.get Net.HTTP.get_response Net.HTTP.start Net.HTTP.post"],
    [contacts(0, "tcp"), "TCPSocket.new TCPSocket.open"],
    [readsVariable, "ENV.fetch"],
  ),
  environment: new Set(["ENV", "ENV.to_h", "ENV.each", "ENV.inspect", "ENV.keys"]),
  access: new Set([".", "::", "&."]),
  unknownNames: "never",
  globals: GLOBALS,
  bareArguments: true,
  suspicious: new Set(["heredoc", "${"]),
  values: rubyValues,
  evaluates: new Set(["eval", "instance_eval", "class_eval", "Kernel.eval"]),
  settable: new Set(["$stdout.sync", "STDOUT.sync"]),
  prepare,
};

function popens(call: Parameters<CallEffect>[0], seen: Observations): boolean {
  const first = call.args[0];
  const isList = first?.argvs !== undefined;
  for (const argv of first?.argvs ?? []) seen.run(argv);
  if (!isList && first?.texts !== undefined) seen.shell(first.texts);
  return isList || first?.texts !== undefined;
}

const LIBRARIES = words(
  "json set date time csv yaml erb uri digest base64 securerandom fileutils open3 pp bigdecimal prime net/http open-uri socket io/console English stringio tempfile pathname benchmark optparse",
);

function prepare(tokens: readonly Token[], seen: Observations): Prepared {
  const rest: Token[] = [];
  tokens.forEach((token, at) => {
    if (token.kind === "name" && /^(require|require_relative|load)$/.test(token.text)) {
      const next = tokens[at + 1];
      const value = next?.kind === "op" && next.text === "(" ? tokens[at + 2] : next;
      const known =
        token.text === "require" &&
        value?.kind === "string" &&
        value.text !== undefined &&
        LIBRARIES.has(value.text);
      if (!known) seen.cannotTell();
    }
    // A class may give its own meaning to a name of the language.
    if (token.kind === "name" && /^(class|module|alias|refine|using)$/.test(token.text))
      seen.cannotTell();
    rest.push(token);
  });
  return { tokens: withGlobs(rest), aliases: new Map() };
}

/** `Dir["src/*.rb"]` is `Dir.glob("src/*.rb")`, where one text stands in the brackets. */
function withGlobs(tokens: readonly Token[]): readonly Token[] {
  const isOp = (at: number, text: string): boolean => {
    const token = tokens[at];
    return token?.kind === "op" && token.text === text;
  };
  const isGlob = (at: number): boolean => {
    const token = tokens[at];
    return (
      token?.kind === "name" &&
      token.text === "Dir" &&
      isOp(at + 1, "[") &&
      tokens[at + 2]?.kind === "string" &&
      isOp(at + 3, "]")
    );
  };
  return tokens.flatMap((token, at): readonly Token[] => {
    if (isGlob(at)) return [token, { kind: "op", text: "." }, { kind: "name", text: "glob" }];
    if (isGlob(at - 1)) return [{ kind: "op", text: "(" }];
    return isGlob(at - 3) ? [{ kind: "op", text: ")" }] : [token];
  });
}

/** What a program that only prints one text prints. */
export const printedByRuby = printedBy(ruby, new Set(["puts"]), "\n");
