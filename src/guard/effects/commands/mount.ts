// mount and other programs that change the kernel, the network filter or disks.
import { knownPrefix, textOf } from "../../shell/text.ts";
import { type Consequence, command, writes } from "../command-model.ts";
import { effect } from "../verbs.ts";

const RIGHTS =
  "mount umount modprobe insmod rmmod depmod iptables ip6tables iptables-restore nft ufw firewall-cmd sysctl swapon swapoff losetup setenforce aa-teardown ip ifconfig route hostnamectl timedatectl tc".split(
    " ",
  );
const DISKS =
  "mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mke2fs mkswap fdisk sfdisk cfdisk gdisk sgdisk parted wipefs blkdiscard hdparm cryptsetup lvremove vgremove pvremove pvcreate mdadm tune2fs resize2fs fsck e2fsck".split(
    " ",
  );

/** Calls of these programs that only look. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  mount: /^(-l|--show-labels|)$/,
  iptables: /^(-L|-S|--list|--list-rules|-nL|-nvL|-Ln)(\s+[\w-]+)*$/,
  ip6tables: /^(-L|-S|--list|--list-rules|-nL|-nvL)(\s+[\w-]+)*$/,
  nft: /^list\s/,
  ufw: /^status/,
  "firewall-cmd": /^--(state|list-all|list-ports|list-services|get-zones)$/,
  sysctl: /^(-a|-A|--all|(-n\s+)?[a-z0-9_.]+)$/,
  losetup: /^(-a|-l|--list|--all|)$/,
  swapon: /^(-s|--show|--summary)$/,
  ip: /^(-\w+\s+)*(a|addr|address|r|route|l|link|n|neigh|rule)(\s+(s|sh|show|list|ls|get)(\s+\S+)*)?$/,
  ifconfig: /^(-a|\w*)$/,
  route: /^(-n|)$/,
  hostnamectl: /^(status|)$/,
  timedatectl: /^(status|show|list-timezones|)$/,
  tc: /^\w+ (show|ls|list)/,
  fdisk: /^(-l|--list)(\s+\S+)*$/,
  sfdisk: /^(-l|--list|-d|--dump)(\s+\S+)*$/,
  parted: /^(-l|--list)$/,
  hdparm: /^-[iI]\s/,
};

export const mount = command({
  names: [...RIGHTS, ...DISKS],
  optionsEnd: "expression",
  options: {},
  effects: ({ name, args }) => {
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    if (LOOKS[name]?.test(line) === true || /^(--version|--help|-V|-h)$/.test(line)) return [];
    if (RIGHTS.includes(name))
      return [effect<"privilege">({ kind: "privilege", means: name, user: undefined })];
    const places = args.filter(
      (word) => /^[/.~]/.test(knownPrefix(word)) || textOf(word) === undefined,
    );
    return [
      effect<"deploy">({ kind: "deploy", system: "machine", operation: "change-disk" }),
      effect<"privilege">({ kind: "privilege", means: name, user: undefined }),
      ...places.map((path): Consequence => writes(path, "change")),
    ];
  },
});
