"""What units gave when they ran, and whether it is still as a unit that needs it expects it."""


class Memory:
    """Values by the unit that bound them, and of each object that a unit made which units changed
    it since.  Units are known by their keys, so that what an edit leaves alone stays."""

    def __init__(self):
        self.values, self.changed_by, self.version, self.held = {}, {}, {}, {}

    def keep_only(self, keys):
        """Forget the values of units that the program no longer has."""
        for kept in (self.values, self.changed_by, self.held):
            for key in kept.keys() - keys:
                del kept[key]

    def plan(self, program, cell):
        """The numbers of the units to run, in order: the cell's own, and of those that it needs the
        ones that have not run, or whose objects were changed since by units that it does not
        know."""
        number = {key: i for i, key in enumerate(program.keys)}
        plan, anew = set(program.spans[cell]), set()
        before = None
        while before != (len(plan), len(anew)):
            before = len(plan), len(anew)
            for i in sorted(plan):
                for found in program.reads[i].values():
                    for thing in found.objects:
                        wanted = program.before(thing, i)
                        done = self.changed_by.get(program.keys[thing], [])
                        done = {number.get(key) for key in done}
                        held = all(self._holds(program, j, anew) for j in done & wanted)
                        if not done <= wanted or not held:
                            anew.add(thing)
                        plan |= wanted if thing in anew else wanted - done
                    plan |= {j for j in found.binders if not self._holds(program, j, anew)}
        return sorted(plan)

    def _holds(self, program, i, anew):
        """Whether the values of a unit are there and share only objects that are still in use."""
        key = program.keys[i]
        return (
            key in self.values
            and not program.shares[i] & anew
            and all(self.version.get(thing) == v for thing, v in self.held[key].items())
        )

    def namespace(self, program, i):
        """The names that a unit reads with their values, and those that it must not find."""
        found, absent = {}, set()
        for name, binding in program.reads[i].items():
            for j in reversed(binding.binders):
                values = self.values.get(program.keys[j], {})
                if name in values:
                    found[name] = values[name]
                    break
            else:
                absent.add(name)
        return found, absent | (program.binds[i].keys() - found.keys())

    def start(self, program, i):
        """A unit is about to run: until it is done it holds nothing, and so what it changes is of
        no use to others."""
        key = program.keys[i]
        self.values.pop(key, None)
        self.changed_by[key] = [key]
        self.version[key] = self.version.get(key, 0) + 1
        for thing in program.changes[i]:
            self.changed_by.setdefault(program.keys[thing], []).append(key)

    def finish(self, program, i, values):
        key = program.keys[i]
        self.values[key] = values
        things = (program.keys[thing] for thing in program.shares[i])
        self.held[key] = {thing: self.version.get(thing) for thing in things}
