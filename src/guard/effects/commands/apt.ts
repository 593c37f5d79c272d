// apt and other package managers of systems.
import { flags, taking } from "../option-list.ts";
import { deploys, effect, installs, looks, verbModel, verbs } from "../verbs.ts";

const LISTING = [
  flags(
    "aqisnhlvefLSW",
    "--installed --upgradable --all-versions --names-only --full --quiet --help --manual-installed --versions --json --cask --formula --list --status --search --show --recurse --installed-only",
  ),
  taking("", "-t --repo --target-release"),
];

export const apt = verbModel({
  names: [
    "apt",
    "apt-get",
    "apt-cache",
    "aptitude",
    "dnf",
    "yum",
    "microdnf",
    "zypper",
    "apk",
    "brew",
    "pacman",
    "snap",
    "flatpak",
    "port",
    "nix-env",
  ],
  options: {
    about: flags("hV", "--version --help"),
    style: flags(
      "yqnsdf",
      "--yes --assume-yes --quiet --no-install-recommends --simulate --dry-run --no-cache --noconfirm -qq --allow-downgrades --fix-broken --non-interactive",
    ),
    settings: taking("otc", "--option --target-release --config-file --root --installroot"),
  },
  before: ({ has, name }) => [
    ...(name.startsWith("apt")
      ? [
          effect<"execute">({
            kind: "execute",
            program: "dpkg",
            origin: "system",
            reach: "modelled",
          }),
        ]
      : []),
    ...(has("settings")
      ? [
          {
            kind: "unknown",
            reason: "unknown-option",
            detail: "a setting that may make the package manager run programs",
          } as const,
        ]
      : []),
  ],
  table: verbs(
    [
      "install,add,reinstall,update,upgrade,dist-upgrade,full-upgrade,safe-upgrade,build-dep,source,download,localinstall,groupinstall,refresh,in,up,dup,tap,bundle,-S,-Sy,-Syu,-U,-i,-iA,link,edit-sources,swap,module,distro-sync",
      installs(),
    ],
    [
      "list,show,search,policy,depends,rdepends,showpkg,stats,pkgnames,madison,info,repolist,provides,deps,uses,leaves,outdated,doctor,config,--prefix,--cellar,--version,-Q,-Qi,-Ql,-Qs,-Ss,-Si,-q,why,version,changelog,check,check-update,history,se,lr,-W,-l,-L,-s,desc",
      looks(...LISTING),
    ],
    [
      "remove,purge,autoremove,autopurge,clean,autoclean,uninstall,del,erase,rm,cleanup,unlink,untap,services,-R,-Rs,-Rns,-e,pin,unpin,mark,key,disable,enable,revert,services start,services stop",
      deploys("machine", "remove-packages"),
    ],
  ),
});
