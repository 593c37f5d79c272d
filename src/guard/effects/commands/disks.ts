// Programs that make, change or erase file systems, partitions, volumes and firmware.
import { lineShown } from "../model/display-options.ts";
import { append, hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { disksIn } from "../arguments/device-arguments.ts";

/** Programs whose words are files or devices: a word without a slash is a file here. */
const ON_FILES =
  "mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.msdos mkfs.exfat mkfs.ntfs mkfs.f2fs mkfs.minix mkfs.cramfs mkfs.bfs mke2fs mkdosfs mkntfs mkswap newfs fdisk sfdisk cfdisk gdisk sgdisk cgdisk parted partprobe partx addpart delpart wipefs blkdiscard hdparm sdparm cryptsetup veritysetup integritysetup tune2fs resize2fs e2label e2image fatlabel fatresize dosfslabel exfatlabel swaplabel xfs_repair xfs_admin xfs_db xfs_growfs xfs_copy xfs_mdrestore fsck fsck.ext2 fsck.ext3 fsck.ext4 fsck.fat fsck.vfat fsck.xfs e2fsck dosfsck ntfsfix ntfsresize ntfsclone ntfswipe debugfs zerofree badblocks ddrescue dcfldd dc3dd partclone.ext2 partclone.ext3 partclone.ext4 partclone.btrfs partclone.xfs partclone.ntfs partclone.fat partclone.vfat partclone.dd partclone.restore partimage fsarchiver scrub nwipe flash_erase flash_eraseall flashcp nandwrite mtd_debug growisofs wodim cdrecord sg_format sg_write_buffer sg_sanitize diskpart asr newfs_apfs newfs_hfs btrfstune bmaptool ubiformat ubimkvol ubirmvol ubiupdatevol dd_rescue".split(
    " ",
  );
/** Programs whose words are names of volumes, pools and devices. */
const ON_NAMES =
  "lvcreate lvremove lvresize lvextend lvreduce lvrename lvchange lvconvert lvm vgcreate vgremove vgreduce vgextend vgchange vgrename vgmerge vgsplit vgcfgrestore pvcreate pvremove pvmove pvresize pvchange mdadm dmsetup zpool zfs btrfs nvme bcachefs diskutil hdiutil fwupdmgr fwupdtool multipath kpartx gpt gpart vxdg vxdisk stratis mdconfig geli zdb".split(
    " ",
  );
/** Programs that change what the machine starts with, and where that lies. */
const AT_START: Readonly<Record<string, string>> = {
  efibootmgr: "/sys/firmware/efi/efivars",
  bootctl: "/boot",
  "grub-install": "/boot",
  "grub2-install": "/boot",
  "grub-mkconfig": "/boot/grub/grub.cfg",
  "grub2-mkconfig": "/boot/grub2/grub.cfg",
  "grub-set-default": "/boot/grub/grubenv",
  "grub-editenv": "/boot/grub/grubenv",
  "grub-reboot": "/boot/grub/grubenv",
  "update-grub": "/boot/grub/grub.cfg",
  "update-initramfs": "/boot",
  mkinitramfs: "/boot",
  mkinitcpio: "/boot",
  dracut: "/boot",
  lilo: "/boot",
  grubby: "/boot",
  bless: "/boot",
  "kernel-install": "/boot",
  installkernel: "/boot",
  "update-bootloader": "/boot",
  flashrom: "/dev/mem",
  mokutil: "/sys/firmware/efi/efivars",
  "efi-updatevar": "/sys/firmware/efi/efivars",
  kexec: "/dev/mem",
};

/** Calls that only look. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  fdisk: /^(-l|--list)(\s+\S+)*$/,
  sfdisk: /^(-l|--list|-d|--dump|-J|--json|-F|-s)(\s+\S+)*$/,
  sgdisk: /^(-p|--print|-v|--verify)\s+\S+$/,
  gdisk: /^-l\s+\S+$/,
  parted: /^(-l|--list|((-s|-m|--script)\s+)*\S+\s+(unit\s+\w+\s+)?print(\s+free)?)$/,
  partx: /^(-s|--show|-r|-P)(\s+\S+)*$/,
  wipefs: /^((-n|-J|-O \S+|--no-act|--json)\s+)*\/\S+$/,
  hdparm: /^-[iItT]+(\s+\S+)+$/,
  cryptsetup: /^(status|isLuks|luksDump|luksUUID|benchmark)(\s+\S+)*$/,
  tune2fs: /^-l\s+\S+$/,
  resize2fs: /^-P\s+\S+$/,
  e2label: /^\S+$/,
  xfs_repair: /^-n\s+\S+$/,
  fsck: /^-N(\s+\S+)*$/,
  badblocks: /^(-[sv]+\s+)*\/\S+$/,
  lvm: /^(version|lvs|vgs|pvs|lvdisplay|vgdisplay|pvdisplay)(\s+\S+)*$/,
  mdadm: /^(--detail|-D|--examine|-E|-Q|--query)(\s+\S+)*$/,
  dmsetup: /^(ls|info|status|table|deps|targets|version)(\s+\S+)*$/,
  zpool: /^(status|list|get|iostat|history|events)(\s+\S+)*$/,
  zfs: /^(list|get|holds|diff)(\s+\S+)*$/,
  btrfs:
    /^(subvolume (list|show|get-default)|su li|filesystem (show|usage|df|du)|fi (sh|us|df|du)|device (stats|usage)|scrub status|balance status|property (get|list))(\s+[^-]\S*)*$/,
  nvme: /^(list|list-subsys|id-ctrl|id-ns|smart-log|error-log|fw-log|version)(\s+\S+)*$/,
  diskutil: /^(list|info)(\s+\S+)*$/,
  hdiutil: /^(info|imageinfo|verify)(\s+\S+)*$/,
  fwupdmgr: /^(get-devices|get-history|get-topology|security)(\s+\S+)*$/,
  fwupdtool: /^(get-[a-z-]+|security|hwids|vercmp|--version)(\s+\S+)*$/,
  efibootmgr: /^(-v|--verbose|)$/,
  bootctl: /^(status|list|is-installed|)$/,
  "grub-editenv": /^(\S+ )?list$/,
  gpart: /^(show|list|status|backup)(\s+\S+)*$/,
  gpt: /^(-r\s+)?show(\s+\S+)*$/,
  geli: /^(list|status|dump)(\s+\S+)*$/,
  bless: /^--(info|getBoot).*$/,
  bmaptool: /^create\s+\S+$/,
  mokutil: /^--(sb-state|list-enrolled)$/,
  multipath: /^-l{1,2}$/,
};

/** A word that lies among options and names no place: sizes, labels, types, names of fields. */
const NO_PLACE = /^(?:[-+]|\d+[a-zA-Z%]*$|[\w-]+[:=])/;

export const disks = command({
  names: [...ON_FILES, ...ON_NAMES, ...Object.keys(AT_START)],
  own: "devices count in any word of 176 programs, as an operand, glued or behind a sign: to take one for the value of an option would hide it",
  options: {},
  effects: ({ name, args }) => {
    const line = args.map((word) => textOf(word) ?? "?").join(" ");
    if (
      /^(--version|--help|-V|-h)$/.test(line) ||
      LOOKS[name]?.test(name === "bootctl" ? lineShown(args) : line) === true
    )
      return [];
    const named = args.flatMap((word) => placesIn(word, ON_NAMES.includes(name)));
    const start = Object.hasOwn(AT_START, name) ? AT_START[name] : undefined;
    // Without a known place it may be any device.
    const isKnown = named.length > 0 && named.every((word) => textOf(word) !== undefined);
    const usual = start === undefined ? ANY_DEVICE : literal(start);
    if (start !== undefined)
      // Their bare words are verbs and names of kernels.
      return [
        writes(usual, "change"),
        ...named
          .filter((path) => /^[/.]/.test(knownPrefix(path)))
          .map((path): Consequence => writes(path, "change")),
      ];
    return [...(isKnown ? [] : [usual]), ...named].map(
      (path): Consequence => writes(path, "change"),
    );
  },
});

const ANY_DEVICE: Text = [hole("dynamic-path", { splits: false, like: "/dev/*" })];

/** The places that a word may name: paths as they are, names as devices or as files here. */
function placesIn(word: Text, areNames: boolean): readonly Text[] {
  const text = textOf(word);
  if (text === undefined) {
    const glued = knownPrefix(word);
    return glued.startsWith("-") ? [] : [word];
  }
  // Several values in one word, each behind its name: `id=0,dest=/dev/sdb1`.
  const disks = disksIn([text]);
  if (disks.length > 0) return disks.map(literal);
  const value = text.replace(/^-{1,2}[\w-]+=/, "").replace(/^-[A-Za-z](?=[/.~])/, "");
  if (/^[/.]/.test(value)) return [literal(value)];
  if (NO_PLACE.test(value) || value === "") return [];
  return areNames ? [append(literal("/dev/"), literal(value))] : [literal(value)];
}
