// What an allow rule about commands opens, by its effect and not by its author's label: one class, the worst that fits.
import type { Severity } from "./check.ts";

/** Classes, each the name of a check of the family `permissions`. */
export type AllowClass =
  | "bare-bash"
  | "leading-wildcard"
  | "compound-allow"
  | "destructive-allowed"
  | "network-tool-allowed"
  | "privileged-allowed"
  | "inner-wildcard"
  | "executing-tool-allowed"
  | "interpreter-allowed"
  | "package-manager-wildcard"
  | "file-reader-allowed";

const DESTRUCTIVE =
  /^(?:sudo|su|doas|pkexec|run0|gosu|passwd|usermod|visudo|iptables|nft|ufw|setenforce|csrutil|modprobe|insmod|unlink|srm|dd|mkfs(?:\.\w+)?|shred|wipefs|fdisk|parted|shutdown|reboot|halt|poweroff|killall|chown|rm|rmdir|git push (?:.* )?(?:--force(?:-with-lease)?|-f)\b|git push (?:.* )?(?:--delete|--mirror|-d|\+\S+)|git reflog expire|git update-ref -d|find .*-delete|[Rr]emove-[Ii]tem|del|rd|erase|Format-Volume|Clear-Disk|Stop-Computer|git reset --hard|git clean -\w*[fdx]|git checkout -- |git (?:filter-branch|filter-repo)|git branch -D|git stash (?:drop|clear)|chmod (?:-\w+ )*(?:[0-7]?777|a\+\w*w|\+?[ugo]*s\b|o\+w)|docker (?:system|volume|image) prune|truncate)(?=$|[\s:*./])/;
/** `chmod` and such with any argument. */
const DESTRUCTIVE_OPEN =
  /^(?:chmod|truncate|pkill|kill|crontab|git reset|git clean|git push --force)$/;
const NETWORK =
  /^(?:curl|wget|nc|ncat|netcat|socat|ssh|scp|sftp|rsync|ftp|tftp|telnet|aria2c|axel|http|https|xh|curlie|rclone|s3cmd|lftp|mosh|autossh|ngrok|cloudflared|wormhole|croc|smbclient|sendmail|mail|mutt|swaks|(?:[Ii]nvoke-(?:[Ww]eb[Rr]equest|[Rr]est[Mm]ethod)|iwr|irm)|openssl s_client|nmap)(?=$|\s)/;
const PRIVILEGED =
  /^(?:git (?:-\S+ )*push|(?:npm|pnpm|yarn|bun|yarn npm|poetry|cargo|uv|hatch|flit|gem|dotnet nuget|lerna|changeset|npx changeset) (?:publish|push|release|unpublish|deprecate|owner|dist-tag|token)|twine|goreleaser|semantic-release|npx semantic-release|gh (?:release|api|workflow|secret|variable|auth|repo|ssh-key|gpg-key|pr (?:merge|review --approve))|glab (?:release|api|mr (?:merge|approve))|docker|docker-compose|podman-compose|podman|nerdctl|buildah|skopeo|kubectl|oc|helm|kustomize|argocd|flux|terraform|tofu|terragrunt|pulumi|ansible(?:-playbook)?|packer|vagrant|eksctl|nomad|consul|kamal|dokku|cap|fastlane|skaffold|werf|amplify|eas (?:build|submit|update)|sops|knife|aws|gcloud|az|gsutil|doctl|flyctl|fly|heroku|vercel|netlify|wrangler|firebase|serverless|sls|cdk|sam|eb|railway|supabase|psql|pg_dump|pg_restore|mysql|mysqldump|mariadb|mongosh?|redis-cli|sqlcmd|sqlplus|clickhouse-client|cockroach|cqlsh|dropdb|createdb|alembic|flyway|liquibase|dbmate|goose|prisma|npx prisma|npx drizzle-kit|npx knex|npx sequelize(?:-cli)?|npx typeorm|(?:bundle exec )?(?:bin\/)?(?:rails|rake) db|python3? manage\.py (?:migrate|flush|dbshell)|php artisan (?:migrate|db)|mix (?:ecto\.\w+|hex\.publish)|dotnet ef (?:database|migrations)|sqitch|atlas (?:migrate|schema) apply|migrate|(?:mvn|\.\/mvnw)(?: \S+)* (?:deploy|release:\w+)|(?:gradle|\.\/gradlew)(?: \S+)* (?:publish\w*|\w+:publish\w*)|(?:npx|bunx|pnpm dlx|pnpm exec|yarn dlx|npm exec)(?: -\S+)* (?:wrangler|vercel|netlify(?:-cli)?|firebase(?:-tools)?|supabase|serverless|sst|(?:aws-)?cdk|railway|lerna|np|release-it) (?:deploy|publish|push|release|up|apply|prod|--prod|db)|systemctl|service|launchctl|vault|op|security|gpg|ssh-add|(?:npm|pnpm|yarn|bun)(?: run)? [\w:.-]*(?:deploy|publish|release|migrate|migration|rollback|seed)[\w:.-]*|make [\w:.-]*(?:deploy|publish|release|migrate)[\w:.-]*|\.?\/?(?:[\w-]+\/)*(?:deploy|publish|release|migrate)(?:[\w-]*)(?:\.sh)?)(?=$|[\s:])/;
/** What of the programs above only looks. */
const LOOKS_ONLY =
  /^(?:docker-compose (?:ps|logs|config|images)|gh (?:variable|secret) list|cap -T|eksctl get|nomad (?:status|job status)|mvn (?:help|dependency):\S+|docker (?:ps|images|logs|inspect|info|version|stats|top|port|diff|history|compose (?:ps|logs|config|images|top)|image (?:ls|inspect)|container ls|volume ls|network ls)|podman (?:ps|images|logs|inspect)|kubectl (?:get|describe|logs|top|explain|version|api-resources|cluster-info|diff|config (?:view|get-contexts|current-context))|helm (?:list|ls|status|lint|template|show|get|history|search|version)|terraform (?:plan|fmt|validate|show|version|providers|output|graph)|tofu (?:plan|fmt|validate|show)|pulumi preview|aws (?:sts get-caller-identity|s3 ls|\w+ (?:describe|list|get)-[\w-]+)|gcloud (?:\w+ )*(?:list|describe)|az (?:\w+ )*(?:list|show)|gh api (?:-X GET|--method GET)|gh (?:repo view|workflow (?:list|view)|release (?:list|view)|auth status)|glab release (?:list|view)|prisma (?:format|validate|generate)|npx prisma (?:format|validate|generate)|vercel (?:ls|inspect|logs)|ansible-lint|systemctl (?:status|is-active|list-units)|service \w+ status|alembic (?:current|history|heads)|flyway info)(?=$|\s)/;
/** What builds or names something here, and reaches others by a further command alone. */
const STAYS_HERE =
  /^(?:(?:sudo )?(?:docker|podman)(?:-compose| compose| buildx)? (?:build|tag|pull|create|config|version)|docker login|gh repo (?:list|clone|view|set-default)|gh (?:api user|auth status)|aws (?:(?:logs|cloudformation|cloudwatch) (?:tail|describe-\S+|get-\S+|filter-log-events)|configure list|--version)|ssh-keygen (?:-l|-R|-F|-y)|vercel (?:domains|dns|certs|env|projects?|teams?|aliases|alias|secrets?|deployments?|list|whoami|git|integration|blob|cache)(?: (?:ls|list|inspect|verify))|vercel whoami|vercel list|netlify (?:status|sites:list|env:list|dev|build)|supabase (?:status|start|stop|gen|db (?:diff|lint)|migration list|projects list|functions list|init)|firebase (?:projects:list|emulators:\S+|use)|wrangler (?:dev|whoami|tail|types|(?:d1|kv|r2|secret)(?: \S+)? list)|fly(?:ctl)? (?:status|logs|apps list)|heroku (?:logs|apps|ps|config)|railway (?:status|logs|whoami)|kubectl (?:wait|api-versions)|helm (?:dependency|repo|package|pull)|terraform (?:init|workspace (?:list|show)|state (?:list|show))|cdk (?:synth|diff|ls|list)|sam (?:build|validate|local)|serverless (?:offline|info|print)|prisma (?:studio|migrate (?:status|diff))|npx prisma (?:studio|migrate (?:status|diff))|gpg (?:--verify|--list-\S+)|security find-identity|op (?:whoami|item list)|vault (?:status|token lookup))(?=$|\s|:)/;
const EXECUTING =
  /^(?:find|fd|xargs|env|tar|git|awk|gawk|mawk|timeout|nohup|nice|ionice|time|watch|parallel|entr|strace|ltrace|gdb|script|expect|at|batch|flock|setsid|stdbuf|unbuffer|tmux|screen|hyperfine|caffeinate|direnv(?: exec)?|dotenvx?(?: run)?|watchexec|concurrently|sqlite3|tig|hg|svn|jj|vim?|nvim|emacs|nano|ed|man|zip|rsync|sed|busybox|chroot|nsenter|unshare|systemd-run|command|builtin|ln|install|tee|cp|mv)$/;
/** Of those, what a person may well allow: it writes files, which the sandbox or Edit rules hold. */
const MERELY_WRITES = /^(?:ln|install|tee|cp|mv|zip|nano|ed)$/;
const INTERPRETER =
  /^(?:(?:ba|z|da|k|c|tc|fi)?sh|node|nodejs|deno(?: run| eval)?|bun(?: x| run -?)?|python(?:[23](?:\.\d+)?)?|pypy3?|ipython|perl|ruby|php|lua|luajit|r|rscript|julia|groovy|scala|swift|java|jshell|pwsh|powershell|cmd(?:\.exe)?(?: \/c)?|cscript|wscript|mshta|osascript|dart(?: run)?|kotlin|clojure|clj|bb|racket|guile|sbcl|ocaml|runghc|crystal|octave|swipl|zx|vite-node|jiti|babel-node|nodemon|(?:poetry|pdm|rye|pipenv|uv|conda|hatch) run (?:python3?|bash|sh|node)|tclsh|erl|elixir|iex|irb|ghci|npx|bunx|pnpx|uvx|pipx(?: run)?|pnpm (?:dlx|exec)|yarn (?:dlx|exec)|npm exec|npm x|corepack|ts-node|tsx|eval|exec|source|\.)$/i;
const INTERPRETER_FLAGS =
  /^((?:(?:ba|z|da|k)?sh|node|nodejs|deno|bun|python(?:[23](?:\.\d+)?)?|perl|ruby|php|lua|r|rscript|pwsh|powershell|osascript|npx|bunx|pnpm dlx|tsx|ts-node))(?: -[\w-]+)+$/i;
const PACKAGE =
  /^(?:(?:npm|pnpm|yarn|bun)(?: (?:run|run-script|install|i|ci|add|update|upgrade|link|rebuild|config|set|global|global add|install -g|i -g))?|npm (?:-\S+ )*run|(?:pip|pip3|pipx)(?: install)?|python3? -m pip(?: install)?|uv(?: run| pip| pip install| add| sync| tool)?|poetry(?: run| add| install)?|pdm(?: run| add)?|hatch(?: run)?|conda(?: install| run)?|mamba|make|gmake|just|task|rake|invoke|nox|tox|cargo(?: run| install)?|go(?: run| install| get| generate)?|gradle|(?:\.\/)?gradlew|mvn|(?:\.\/)?mvnw|ant|sbt|lein|composer(?: install| require| update| run| run-script)?|bundle(?: exec| install)?|gem(?: install)?|dotnet(?: run)?|brew(?: install)?|apt(?:-get)?(?: install)?|yum(?: install)?|dnf(?: install)?|apk(?: add)?|pacman|choco(?: install)?|winget(?: install)?|snap|nx|turbo|rye(?: run)?|pipenv(?: run| install)?|pixi(?: run| add)?|deno (?:task|install|add)|(?:npm|yarn|pnpm|bun) create|npm init|mage|earthly|rebar3|cpanm?(?: install)?|luarocks(?: install)?|opam(?: install)?|zypper(?: install)?|flatpak(?: install)?|pkg(?: install)?|scoop(?: install)?|lerna|rush|bazel(?: run)?|mise|asdf|npm-run-all|yarn workspace|pnpm -r|vendor\/bin\/\S+|mix|cabal|stack|nix(?: run| shell| develop)?|nix-shell)$/;
const READER =
  /^(?:cat|bat|batcat|hexyl|[gbx]zcat|zless|comm|join|cmp|iconv|findstr|select-string|gc|gron|dasel|xmllint|glow|pygmentize|head|tail|less|more|most|grep|egrep|fgrep|zgrep|rg|ag|ack|sed -n|strings|base64|xxd|od|hexdump|nl|tac|rev|jq|yq|cut|paste|sort|uniq|diff|column|fold|fmt|pr|view|zcat|type|get-content)(?:\s+-[\w-]+(?:[= ]?\d+)?)*$/i;
/** A program of the list above with nothing but options, numbers and variables behind it: what comes next is open all the same. */
const WITH_OPTIONS = /^(\S+)(?:\s+(?:-\S+|\d+[smhd]?|[A-Z_]\w*=\S*))+$/;

/** The class of an allow rule of Bash or PowerShell; undefined where it is narrow or does no harm. */
export function allowClass(subject: string | undefined): AllowClass | undefined {
  const text = (subject ?? "*").trim();
  if (/^(?:\*+|:\*)$/.test(text)) return "bare-bash";
  if (text.startsWith("*")) return "leading-wildcard";
  const isOpen = /(?::\*|\s\*|\*)$/.test(text);
  const words = text.replace(/(?::\*|\s*\*)$/, "").trim();
  // Alternatives in a group, or an anchor, are a regular expression, which lint tells of.
  const line = words
    .replaceAll(/\([\w .:/*\\-]*(?:\|[\w .:/*\\-]*)+\)/g, "")
    .replace(/^\^.*\$$/, "");
  if (/&&|\|\||;|(?<!\\)\||\n|\s&\s/.test(withoutQuoted(line))) return "compound-allow";
  const bare = words.replace(/^(?:\/usr(?:\/local)?)?\/s?bin\//, "");
  if (isDestructive(bare, isOpen)) return "destructive-allowed";
  // What may stand behind the address of this machine is another address, or a file to write.
  if (NETWORK.test(bare) && !(!isOpen && (goesNowhere(bare) || isFetch(bare))))
    return "network-tool-allowed";
  if (PRIVILEGED.test(bare) && !changesNothing(bare)) return "privileged-allowed";
  if (/(?:^|\s)\S*\*\S*\s+\S/.test(words) && !ONLY_NAMES.test(bare)) return "inner-wildcard";
  if (!isOpen || ONLY_TELLS.test(bare)) return undefined;
  // The interpreter of a project's own folder, as in `.venv/bin/python`.
  const program = bare.replace(/^\S*(?:^|\/)(?:bin|Scripts)\//, "");
  if (INTERPRETER.test(program) || INTERPRETER_FLAGS.test(program)) {
    // A module that is named is one program, and no code of somebody's choosing.
    return "interpreter-allowed";
  }
  if (PACKAGE.test(bare)) return "package-manager-wildcard";
  if (READER.test(bare)) return "file-reader-allowed";
  return runsOthers(bare) ? "executing-tool-allowed" : undefined;
}

/** Programs with no option that runs another, writes, or shows what is in a file. */
const ONLY_NAMES = /^(?:ls|du|wc|stat|basename|dirname|realpath|readlink|test)\s/;
/** A program that is asked for its version or help, and then does nothing else. */
const ONLY_TELLS = /^\S+(?: run)? (?:--version|-V|--help|version)$/;

/** WHY: a semicolon within quotes ends no command of the shell: `python -c "import a; print(a)"` is one. */
function withoutQuoted(line: string): string {
  return /^\S*\b(?:(?:ba|z|da|k)?sh|pwsh|powershell(?:\.exe)?|eval)\s/.test(line)
    ? line
    : line.replaceAll(/(\\?["'])(?:(?!\1)[^\n])*\1/g, "''");
}

/** Whether options that may follow run other programs or delete files. */
function runsOthers(words: string): boolean {
  if (/^(?:find|fd)(?=\s|$)/.test(words)) return true;
  const program = WITH_OPTIONS.exec(words)?.[1] ?? words;
  // What `tar` and `git` do with options is told by those.
  if (program !== words && /^(?:tar|sed|install|script|at)$/.test(program)) return false;
  return EXECUTING.test(program) && !MERELY_WRITES.test(program);
}

function isDestructive(words: string, isOpen: boolean): boolean {
  if (isOpen && DESTRUCTIVE_OPEN.test(words)) return true;
  if (!DESTRUCTIVE.test(words)) return false;
  // Named files, and a folder that is empty, went once: no other call fits the rule.
  if (
    !isOpen &&
    /^(?:rmdir|rm)(?: -f)?(?: +"?(?!-)[^\s"*?~$]*\/[^\s"*?~$]+\/[^\s"*?~$/]+"?)+$/.test(words)
  )
    return false;
  // One named folder of the project that is built again does no harm: `rm -rf dist`.
  const targets = /^rm(?:dir)?((?:\s+-\S+)*)((?:\s+[^-\s]\S*)+)$/.exec(words)?.[2];
  if (targets === undefined) return isOpen || !/^rm(?:dir)?$/.test(words);
  return targets
    .trim()
    .split(/\s+/)
    .some((target) => !/^(?:\.\/)?[\w@][\w.@/-]*$/.test(target) || target.includes(".."));
}

/** A look at what others use, or something that stays on this machine. */
function changesNothing(words: string): boolean {
  return (
    LOOKS_ONLY.test(words) || STAYS_HERE.test(words) || / (?:--help|--version|-h)$/.test(words)
  );
}

/** One named address that is fetched and nothing sent to it: the rule allows this request alone. */
function isFetch(line: string): boolean {
  // What nothing runs and no program reads as its settings: pictures, fonts, sound.
  const words = line.replaceAll(
    /\s-o (?:\/dev\/null|[\w/.-]+\.(?:svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|mp[34]))(?=\s|$)|\s-w (?:'[^']*'|\\?"[^"]*")/g,
    "",
  );
  return (
    /^(?:curl|wget)\s/.test(words) &&
    /\bhttps?:\/\/[^\s$`*]+/.test(words) &&
    !/[$`*]|\s(?:-[a-zA-Z]*[dFTXoO]|--(?:data|form|upload|request|post|output|config|header)[\w-]*|-K|-H)\b/.test(
      words,
    )
  );
}

/** How bad a rule of a class is by itself: what it opens at worst, and for whom. */
export function allowSeverity(subject: string | undefined): Severity | undefined {
  const text = (subject ?? "*").trim().replace(/(?::\*|\s*\*)$/, "");
  const bare = text.replace(/^(?:\/usr(?:\/local)?)?\/s?bin\//, "");
  if (ENDS_OWN.test(bare) || PROJECT_SCRIPTS.test(bare)) return "low";
  if (ENDS_WORK.test(bare)) return "medium";
  if (LOSES_FILES.test(bare)) return "high";
  if (ON_THIS_MACHINE.test(bare) || RUNS_OWN_SCRIPTS.test(bare) || goesNowhere(bare))
    return "medium";
  return undefined;
}
/** What works in containers of this machine, ends the user's own programs or changes rights of own files: easily undone. */
const ENDS_OWN =
  /^(?:docker exec|kill|pkill|killall|chmod(?! (?:-\w+ )*(?:[0-7]?777|a\+\w*w|o\+w|\+?[ugo]*s\b)))(?=$|[\s:*])/;
/** What loses little, or what was written down elsewhere. */
const ENDS_WORK = /^(?:crontab -l|rmdir|git stash drop|git branch -D|truncate|unlink)(?=$|[\s:*])/;
/** What loses work that is not committed, and not the machine. */
const LOSES_FILES =
  /^(?:rm(?! +-\w*[rR]\w* +(?:\/|~|\$HOME|\*))|git (?:reset|clean|checkout|filter-branch|filter-repo|reflog|update-ref|push|stash)|chown|find|del|rd|erase|[Rr]emove-[Ii]tem|docker (?:system|volume|image) prune|sudo (?:docker|systemctl|service|apt|apt-get|dnf|yum|npm|pip3?|usermod|cp|mv|ls|cat|tee) [\w-]+)(?=$|[\s:*./])/;
/** Containers and databases of this machine. */
const ON_THIS_MACHINE =
  /^(?:docker (?:compose|run|start|stop|restart|rm|kill|cp)|docker-compose|podman(?:-compose)?|psql|mysql|alembic|python3? manage\.py migrate|redis-cli|mongosh?|systemctl|service|launchctl|ssh-add|sqlite3)(?=$|[\s:*])/;
/** Scripts that stand in a list of the project, with nothing before their names. */
const PROJECT_SCRIPTS = /^(?:npm|pnpm|yarn|bun) run$/;
/** Scripts that the project itself names. */
const RUNS_OWN_SCRIPTS =
  /^(?:make|gmake|just|task|rake|(?:\.\/)?gradlew|gradle|(?:\.\/)?mvnw|mvn|sbt|cargo(?: run)?|go run|nox|tox|ant|mix|dotnet(?: run)?|bazel(?: run)?|nx|turbo|deno task)$/;

/** A download from this machine alone. */
function goesNowhere(words: string): boolean {
  const addresses = words.match(/(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/\s]|$)/g);
  return addresses !== null && !/https?:\/\/(?!localhost|127\.0\.0\.1|\[::1\])/.test(words);
}
