"""What a manager answered for all properties of all units: read, normalised, kept as text, compared.

A table is {unit: {(interface, property): value}}; a value is its signature and the data as JSON. The manager itself is
the unit "manager".
"""
import collections
import fnmatch
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
ANSWERS = HERE.parent / "answers/properties"

# what systemd keeps as sets: it answers in another order each time it runs
SETS = set("""Names Requires Requisite Wants BindsTo PartOf Upholds RequiredBy RequisiteOf WantedBy BoundBy UpheldBy
    ConsistsOf Conflicts ConflictedBy Before After OnSuccess OnSuccessOf OnFailure OnFailureOf Triggers TriggeredBy
    PropagatesReloadTo ReloadPropagatedFrom PropagatesStopTo StopPropagatedFrom JoinsNamespaceOf SliceOf
    RequiresMountsFor LoadCredential LoadCredentialEncrypted SetCredential SetCredentialEncrypted
    IPAddressAllow IPAddressDeny""".split())
UNSET = (0, 2**64 - 1, "", [], "[not set]")  # a mask hides which value is there, not whether there is one
HOLDER = "compare-all.target"  # holds all units in memory; the edge that it does it by is taken out

# what must be equal without exception; by interface and property
GROUPS = {
    "dependency lists": r"Unit\.(%s)" % "|".join(sorted(s for s in SETS if s != "Names" and "Credential" not in s and "Address" not in s)),
    "Exec*": r"\w+\.Exec.*",
    "Type": r"Service\.Type",
    "Restart*": r"Service\.Restart.*",
    "Timeout*": r"\w+\.(Job)?(Running)?Timeout.*|Service\.RuntimeMaxUSec",
    "Kill*": r"\w+\.(\w*Kill\w*|SendSIG\w+|WatchdogSignal)",
    "Environment*": r"\w+\.(Environment.*|PassEnvironment|UnsetEnvironment)",
    "User, Group": r"\w+\.(User|Group|SupplementaryGroups|DynamicUser)",
    "Limit*": r"\w+\.Limit.*",
    "Listen": r"Socket\.(Listen|Accept|Symlinks|Backlog|BindIPv6Only|Socket\w+|FileDescriptorName)",
    "timers": r"Timer\..*",
    "mounts": r"(Auto)?(mount|Mount)\.(Where|What|Options|Type|ExtraOptions|SloppyOptions|LazyUnmount|ForceUnmount|ReadWriteOnly|DirectoryMode|TimeoutUSec|TimeoutIdleUSec|Result)",
    "paths": r"Path\..*",
    "states": r"Unit\.(LoadState|ActiveState|SubState|UnitFileState|UnitFilePreset|CanStart|CanStop|CanReload|CanIsolate|NeedDaemonReload)",
    "load errors": r"Unit\.LoadError",
}
LEAST_EQUAL, LEAST_UNCOMMON_EQUAL = 99.5, 99.0


def rules(name):
    lines = [l.split("\t") for l in (HERE / name).read_text().splitlines() if l and not l.startswith("#")]
    for line in lines:
        assert len(line) == 4 and all(line), f"{name}: {line}: not INTERFACE, PROPERTY, UNIT, reason"
    return lines


def rule_of(list_of_rules, unit, interface, name):
    for rule in list_of_rules:
        if all(fnmatch.fnmatchcase(what, pattern) for what, pattern in zip((interface, name, unit), rule)):
            return rule[3]
    return None


def of_machine(facts):
    """Figures that the manager takes from the machine, as words."""
    tasks = min(int(facts["pids"]), int(facts["threads"]))
    words = {("LimitNPROC", facts["processes"]): "machine: processes",
             ("LimitSIGPENDING", facts["pending signals"]): "machine: pending signals",
             ("LimitMEMLOCK", facts["locked memory"]): "machine: locked memory"}
    words[("TasksMax", str(tasks * 15 // 100))] = "machine: 15% of tasks"
    files = {True: max(int(facts["open files"]), 512 * 1024), False: int(facts["open files"])}

    def word(name, value, loaded):
        if not isinstance(value, int):
            return value
        name = name.removeprefix("Default").removesuffix("Soft")
        if name == "LimitNOFILE" and value == files[loaded]:
            return "machine: open files"
        return words.get((name, str(value)), value)

    return word


def normalised(name, value, word, loaded):
    data = value["data"]
    if name in SETS:
        data = sorted((x for x in data if x != HOLDER), key=text)
    if value["type"] == "(bas)":
        data = [data[0], sorted(data[1])]
    if value["type"] in ("a(sasbttttuii)", "a(sasasttttuii)"):  # commands: when they ran and as which process
        data = [command[:3] + [figure and "masked" for figure in command[3:8]] + command[8:] for command in data]
    return value["type"], word(name, data, loaded)


def read(path):
    """What properties/read printed, as far as it is the same in every run."""
    masks, facts, table = rules("mask"), {}, collections.defaultdict(dict)
    word, loaded = None, True
    for line in path.read_text().splitlines():
        unit, interface, answer = line.split("\t", 2)
        if unit == "fact":
            facts[interface] = answer
            continue
        word = word or of_machine(facts)
        properties = json.loads(answer)
        if unit == HOLDER:
            continue
        if properties is None:
            table[unit][(interface, "")] = ("", "no answer")
            continue
        properties = properties["data"][0]
        if interface == "Unit":  # comes before that of the type
            loaded = properties["LoadState"]["data"] == "loaded"
        for name, value in properties.items():
            value = normalised(name, value, word, loaded)
            if rule_of(masks, unit, interface, name) and value[1] not in UNSET:
                value = value[0], "masked"
            table[unit][(interface, name)] = value
    return dict(table)


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def commonest(table):
    """Of each interface and property: the signature and value that most units of a type have."""
    counts = collections.defaultdict(collections.Counter)
    for unit, properties in table.items():
        for (interface, name), (signature, data) in properties.items():
            counts[key_of(unit, interface, name)][(signature, text(data))] += 1
    # of two equally common ones the first in the alphabet
    return {key: min(counter.items(), key=lambda item: (-item[1], item[0]))[0] for key, counter in counts.items()}


def key_of(unit, interface, name):
    return unit.rpartition(".")[2] + "/" + interface, name


def packed(unit, value):
    return text(value).replace("%", "%%").replace(unit.replace("\\", "\\\\"), "%n")


def unpacked(unit, value):
    value = re.sub("%[%n]", lambda m: "%" if m[0] == "%%" else unit.replace("\\", "\\\\"), value)
    return json.loads(value)


def packages_of(root):
    """{unit file without /usr: package}, {package: version}"""
    owner, versions = {}, {}
    for listing in (root / "var/lib/dpkg/info").glob("*.list"):
        for file in listing.read_text().splitlines():
            if "/systemd/system/" in file:
                owner[file.removeprefix("/usr")] = listing.stem.partition(":")[0]
    for paragraph in (root / "var/lib/dpkg/status").read_text().split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version): (.*)$", paragraph, re.M))
        if fields:
            versions[fields["Package"]] = fields["Version"]
    return owner, versions


def write(table, root):
    """answers/properties: `types` has the commonest values, a file a package what differs from them."""
    owner, versions = packages_of(root)
    files = collections.defaultdict(list)
    packed_table = {unit: {k: (s, packed(unit, v)) for k, (s, v) in p.items()} for unit, p in table.items()}
    counts = collections.defaultdict(collections.Counter)
    for unit, properties in packed_table.items():
        for (interface, name), value in properties.items():
            counts[key_of(unit, interface, name)][value] += 1
    common = {key: min(c.items(), key=lambda item: (-item[1], item[0]))[0] for key, c in counts.items()}
    for unit, properties in sorted(packed_table.items()):
        path = table[unit].get(("Unit", "FragmentPath"), ("s", ""))[1]
        package = owner.get(path.removeprefix("/usr"), "generated" if path.startswith("/run/") else "none")
        if unit == "manager":
            package = "manager"
        lines = files[package]
        lines.append(unit)
        have = {key_of(unit, *k) for k in properties}
        for (interface, name), (signature, value) in sorted(properties.items()):
            if common[key_of(unit, interface, name)] != (signature, value):
                lines.append(f"\t{interface}.{name}\t{signature}\t{value}")
        for key in sorted(common):
            type_, _, interface = key[0].partition("/")
            if type_ == unit.rpartition(".")[2] and key not in have:
                lines.append(f"\t{interface}.{key[1]}\t-")
    ANSWERS.mkdir(parents=True, exist_ok=True)
    for old in ANSWERS.iterdir():
        old.unlink()
    (ANSWERS / "types").write_text("".join(
        f"{where}\t{name}\t{signature}\t{value}\n" for (where, name), (signature, value) in sorted(common.items())))
    for package, lines in files.items():
        heading = f"# {package} {versions.get(package, '')}".rstrip()
        (ANSWERS / package).write_text("\n".join([heading, *lines]) + "\n")


def kept():
    """The answers of systemd, and the packages they are about with their versions."""
    table, versions = {}, {}
    common = collections.defaultdict(dict)
    for line in (ANSWERS / "types").read_text().splitlines():
        where, name, signature, value = line.split("\t")
        type_, _, interface = where.partition("/")
        common[type_][(interface, name)] = signature, value
    for file in sorted(ANSWERS.iterdir()):
        if file.name == "types":
            continue
        heading, *lines = file.read_text().splitlines()
        if len(heading.split()) == 3:
            versions[file.name] = heading.split()[2]
        for line in lines:
            if not line.startswith("\t"):
                unit = line
                table[unit] = {k: (s, unpacked(unit, v)) for k, (s, v) in common[unit.rpartition(".")[2]].items()}
                continue
            key, signature, *value = line[1:].split("\t")
            key = tuple(key.split(".", 1))
            if signature == "-":
                del table[unit][key]
            else:
                table[unit][key] = signature, unpacked(unit, value[0])
    return table, versions


class Comparison:
    def __init__(self, theirs, ours):
        self.common = commonest(theirs)
        self.pairs = self.equal = self.uncommon = self.uncommon_equal = 0
        self.groups = collections.Counter()
        self.group_equal = collections.Counter()
        self.different = []  # (interface, property, unit, theirs, ours)
        self.missing = sorted(theirs.keys() - ours.keys())
        self.extra = sorted(ours.keys() - theirs.keys())
        patterns = {group: re.compile(pattern) for group, pattern in GROUPS.items()}
        for unit in sorted(theirs.keys() | ours.keys()):
            a, b = theirs.get(unit, {}), ours.get(unit, {})
            for key in sorted(a.keys() | b.keys()):
                one, other = a.get(key), b.get(key)
                is_equal = one == other
                is_uncommon = one is None or self.common[key_of(unit, *key)] != (one[0], text(one[1]))
                self.pairs += 1
                self.equal += is_equal
                self.uncommon += is_uncommon
                self.uncommon_equal += is_uncommon and is_equal
                for group, pattern in patterns.items():
                    if pattern.fullmatch(".".join(key)):
                        self.groups[group] += 1
                        self.group_equal[group] += is_equal
                if not is_equal:
                    self.different.append((*key, unit, one, other))

    def report(self, most=40):
        """Prints it; true if all that was promised is kept."""
        known, unknown = rules("differences"), 0
        by_property = collections.defaultdict(list)
        for what, units in ("only systemd has", self.missing), ("only svcd has", self.extra):
            for unit in units:
                print(f"{what} {unit}: {rule_of(known, unit, '-', '-') or 'NOT EXPLAINED'}")
                unknown += not rule_of(known, unit, "-", "-")
        for interface, name, unit, one, other in self.different:
            if unit in self.missing or unit in self.extra:
                continue
            by_property[(interface, name)].append((unit, one, other))
        for (interface, name), cases in sorted(by_property.items()):
            print(f"{interface}.{name}: {len(cases)}")
            for unit, one, other in cases[:most]:
                reason = rule_of(known, unit, interface, name)
                print(f"  {unit}: {reason or 'NOT EXPLAINED'}\n    systemd {shown(one)}\n    svcd    {shown(other)}")
            unknown += sum(not rule_of(known, unit, interface, name) for unit, _, _ in cases)
        share, uncommon = percent(self.equal, self.pairs), percent(self.uncommon_equal, self.uncommon)
        print(f"equal: {share:.3f} % of {self.pairs} properties of units")
        print(f"equal: {uncommon:.3f} % of {self.uncommon} whose value is not the commonest one of its type")
        good = share >= LEAST_EQUAL and uncommon >= LEAST_UNCOMMON_EQUAL
        for group in GROUPS:
            all_equal = self.group_equal[group] == self.groups[group] > 0
            good = good and all_equal
            print(f"{group}: {self.group_equal[group]} of {self.groups[group]}{'' if all_equal else '  NOT ALL'}")
        print(f"different: {len(self.different)}, not explained: {unknown}")
        return good and unknown == 0


def percent(part, whole):
    return 100.0 * part / whole if whole else 0.0


def shown(value):
    if value is None:
        return "(none)"
    line = f"{value[0]} {text(value[1])}"
    return line if len(line) < 1500 else line[:1500] + " …"


def main(verb, *arguments):
    if verb == "write":
        write(read(pathlib.Path(arguments[0])), pathlib.Path(arguments[1]))
        return True
    if verb == "older":
        versions = packages_of(pathlib.Path(arguments[0]))[1]
        for package, version in kept()[1].items():
            if versions.get(package) != version:
                print(f"{package}: {version} was asked, {versions.get(package)} is here")
        return True
    theirs = read(pathlib.Path(arguments[1])) if len(arguments) > 1 else kept()[0]
    return Comparison(theirs, read(pathlib.Path(arguments[0]))).report()


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
