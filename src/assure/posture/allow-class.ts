// What an allow rule about commands opens, by its effect and not by its author's label: one class, the worst that fits.

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
  /^(?:sudo|su|doas|dd|mkfs(?:\.\w+)?|shred|wipefs|fdisk|parted|shutdown|reboot|halt|poweroff|killall|chown|rm|rmdir|git push (?:.* )?(?:--force(?:-with-lease)?|-f)\b|git reset --hard|git clean -\w*[fdx]|git checkout -- |git (?:filter-branch|filter-repo)|git branch -D|git stash (?:drop|clear)|chmod (?:-R |-\w+ )*(?:[0-7]?777|a\+\w*w|\+?[ugo]*s\b|o\+w)|docker (?:system|volume|image) prune|truncate)(?=$|[\s:*./])/;
/** `chmod` and such with any argument. */
const DESTRUCTIVE_OPEN =
  /^(?:chmod|truncate|pkill|kill|crontab|git reset|git clean|git push --force)$/;
const NETWORK =
  /^(?:curl|wget|nc|ncat|netcat|socat|ssh|scp|sftp|rsync|ftp|tftp|telnet|aria2c|http|https|xh|openssl s_client|nmap)(?=$|\s)/;
const PRIVILEGED =
  /^(?:git (?:-\S+ )*push|(?:npm|pnpm|yarn|bun|yarn npm|poetry|cargo|uv|hatch|flit|gem|dotnet nuget|lerna|changeset|npx changeset) (?:publish|push|release|unpublish|deprecate|owner|dist-tag|token)|twine|goreleaser|semantic-release|npx semantic-release|gh (?:release|api|workflow|secret|auth|repo|pr merge)|glab (?:release|api|mr merge)|docker|podman|nerdctl|buildah|skopeo|kubectl|oc|helm|kustomize|argocd|flux|terraform|tofu|terragrunt|pulumi|ansible(?:-playbook)?|packer|vagrant|aws|gcloud|az|gsutil|doctl|flyctl|fly|heroku|vercel|netlify|wrangler|firebase|serverless|sls|cdk|sam|eb|railway|supabase|psql|pg_dump|pg_restore|mysql|mysqldump|mariadb|mongosh?|redis-cli|sqlcmd|sqlplus|clickhouse-client|cockroach|cqlsh|dropdb|createdb|alembic|flyway|liquibase|dbmate|goose|prisma|npx prisma|npx drizzle-kit|npx knex|npx sequelize(?:-cli)?|npx typeorm|rails db|bin\/rails db|rake db|python3? manage\.py (?:migrate|flush)|systemctl|service|launchctl|vault|op|security|gpg|ssh-keygen|ssh-add|(?:npm|pnpm|yarn|bun)(?: run)? [\w:.-]*(?:deploy|publish|release|migrate|migration|rollback|seed)[\w:.-]*|make [\w:.-]*(?:deploy|publish|release|migrate)[\w:.-]*|\.?\/?(?:[\w-]+\/)*(?:deploy|publish|release|migrate)(?:[\w-]*)(?:\.sh)?)(?=$|[\s:])/;
/** What of the programs above only looks. */
const LOOKS_ONLY =
  /^(?:docker (?:ps|images|logs|inspect|info|version|stats|top|port|diff|history|compose (?:ps|logs|config|images|top)|image (?:ls|inspect)|container ls|volume ls|network ls)|podman (?:ps|images|logs|inspect)|kubectl (?:get|describe|logs|top|explain|version|api-resources|cluster-info|diff|config (?:view|get-contexts|current-context))|helm (?:list|ls|status|lint|template|show|get|history|search|version)|terraform (?:plan|fmt|validate|show|version|providers|output|graph)|tofu (?:plan|fmt|validate|show)|pulumi preview|aws (?:sts get-caller-identity|s3 ls|\w+ (?:describe|list|get)-[\w-]+)|gcloud (?:\w+ )*(?:list|describe)|az (?:\w+ )*(?:list|show)|gh api (?:-X GET|--method GET)|gh (?:repo view|workflow (?:list|view)|release (?:list|view)|auth status)|glab release (?:list|view)|prisma (?:format|validate|generate)|npx prisma (?:format|validate|generate)|vercel (?:ls|inspect|logs)|ansible-lint|systemctl (?:status|is-active|list-units)|service \w+ status|alembic (?:current|history|heads)|flyway info)(?=$|\s)/;
const EXECUTING =
  /^(?:find|fd|xargs|env|tar|git|awk|gawk|mawk|timeout|nohup|nice|ionice|time|watch|parallel|entr|strace|ltrace|gdb|script|expect|at|batch|flock|setsid|stdbuf|unbuffer|vim?|nvim|emacs|nano|ed|man|zip|rsync|sed|busybox|chroot|nsenter|unshare|systemd-run|command|builtin|ln|install|tee|cp|mv)$/;
/** Of those, what a person may well allow: it writes files, which the sandbox or Edit rules hold. */
const MERELY_WRITES = /^(?:ln|install|tee|cp|mv|zip|nano|ed)$/;
const INTERPRETER =
  /^(?:(?:ba|z|da|k|c|tc|fi)?sh|node|nodejs|deno(?: run| eval)?|bun(?: x| run -?)?|python(?:[23](?:\.\d+)?)?|pypy3?|ipython|perl|ruby|php|lua|luajit|r|rscript|julia|groovy|scala|swift|java|jshell|pwsh|powershell|osascript|tclsh|erl|elixir|iex|irb|ghci|npx|bunx|pnpx|uvx|pipx(?: run)?|pnpm (?:dlx|exec)|yarn (?:dlx|exec)|npm exec|npm x|corepack|ts-node|tsx|eval|exec|source|\.)$/i;
const INTERPRETER_FLAGS =
  /^((?:(?:ba|z|da|k)?sh|node|nodejs|deno|bun|python(?:[23](?:\.\d+)?)?|perl|ruby|php|lua|r|rscript|pwsh|powershell|osascript|npx|bunx|pnpm dlx|tsx|ts-node))(?: -{1,2}[\w-]+)+$/i;
const PACKAGE =
  /^(?:(?:npm|pnpm|yarn|bun)(?: (?:run|run-script|install|i|ci|add|update|upgrade|link|rebuild|config|set|global|global add|install -g|i -g))?|npm (?:-\S+ )*run|(?:pip|pip3|pipx)(?: install)?|python3? -m pip(?: install)?|uv(?: run| pip| pip install| add| sync| tool)?|poetry(?: run| add| install)?|pdm(?: run| add)?|hatch(?: run)?|conda(?: install| run)?|mamba|make|gmake|just|task|rake|invoke|nox|tox|cargo(?: run| install)?|go(?: run| install| get| generate)?|gradle|(?:\.\/)?gradlew|mvn|(?:\.\/)?mvnw|ant|sbt|lein|composer(?: install| require| update| run| run-script)?|bundle(?: exec| install)?|gem(?: install)?|dotnet(?: run)?|brew(?: install)?|apt(?:-get)?(?: install)?|yum(?: install)?|dnf(?: install)?|apk(?: add)?|pacman|choco(?: install)?|winget(?: install)?|snap|nx|turbo|lerna|rush|bazel(?: run)?|mise|asdf|npm-run-all|yarn workspace|pnpm -r|vendor\/bin\/\S+|mix|cabal|stack|nix(?: run| shell| develop)?|nix-shell)$/;
const READER =
  /^(?:cat|bat|head|tail|less|more|most|grep|egrep|fgrep|zgrep|rg|ag|ack|sed -n|strings|base64|xxd|od|hexdump|nl|tac|rev|jq|yq|cut|paste|sort|uniq|diff|column|fold|fmt|pr|view|zcat|type|get-content)$/;

/** The class of an allow rule of Bash or PowerShell; undefined where it is narrow or does no harm. */
export function allowClass(subject: string | undefined): AllowClass | undefined {
  const text = (subject ?? "*").trim();
  if (/^(?:\*+|:\*)$/.test(text)) return "bare-bash";
  if (text.startsWith("*")) return "leading-wildcard";
  const isOpen = /(?::\*|\s\*|\*)$/.test(text);
  const words = text.replace(/(?::\*|\s*\*)$/, "").trim();
  if (/&&|\|\||;|(?<!\\)\||\n|\s&\s/.test(words)) return "compound-allow";
  const bare = words.replace(/^(?:\/usr(?:\/local)?)?\/s?bin\//, "");
  if (isDestructive(bare, isOpen)) return "destructive-allowed";
  if (NETWORK.test(bare) && !goesNowhere(bare)) return "network-tool-allowed";
  if (PRIVILEGED.test(bare) && !LOOKS_ONLY.test(bare) && !/ (?:--help|--version|-h)$/.test(bare))
    return "privileged-allowed";
  if (/(?:^|\s)\S*\*\S*\s+\S/.test(words) || /\s\*\s/.test(words)) return "inner-wildcard";
  if (!isOpen) return undefined;
  if (INTERPRETER.test(bare) || INTERPRETER_FLAGS.test(bare)) {
    // A module that is named is one program, and no code of somebody's choosing.
    return "interpreter-allowed";
  }
  if (PACKAGE.test(bare)) return "package-manager-wildcard";
  if (EXECUTING.test(bare) && !MERELY_WRITES.test(bare)) return "executing-tool-allowed";
  return READER.test(bare) ? "file-reader-allowed" : undefined;
}

function isDestructive(words: string, isOpen: boolean): boolean {
  if (isOpen && DESTRUCTIVE_OPEN.test(words)) return true;
  if (!DESTRUCTIVE.test(words)) return false;
  // One named folder of the project that is built again does no harm: `rm -rf dist`.
  const targets = /^rm(?:dir)?((?:\s+-\S+)*)((?:\s+[^-\s]\S*)+)$/.exec(words)?.[2];
  if (targets === undefined) return isOpen || !/^rm(?:dir)?$/.test(words);
  return targets
    .trim()
    .split(/\s+/)
    .some((target) => !/^(?:\.\/)?[\w@][\w.@/-]*$/.test(target) || target.includes(".."));
}

/** A download from this machine alone. */
function goesNowhere(words: string): boolean {
  const addresses = words.match(/(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/\s]|$)/g);
  return addresses !== null && !/https?:\/\/(?!localhost|127\.0\.0\.1|\[::1\])/.test(words);
}
