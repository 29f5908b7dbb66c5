#!/usr/bin/env python3
"""Compares `peak nodeset` with ClusterShell's `nodeset` and with `pdsh -q`, whole processes side by side.

  bench/nodeset.py [--runs N] [--only REGEX] [--results FILE]

Each work is run in rounds: in every round each program once, in turn, so that what disturbs the machine disturbs
all alike. Shown are medians of wall time (milliseconds) and the median of the ratios of the rounds; peak memory (MB) is
that of one further run.
A program that needs more than a minute, or refuses the work, is shown as such and left out of further rounds.
Programs that are missing are installed from Debian's packages if we may (clustershell, pdsh, time).
"""
import argparse, datetime, os, platform, random, re, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
PEAK = os.path.join(HERE, '..', 'artifacts', 'bin', 'peak')
LIMIT = 60.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--runs', type=int, default=7, help='rounds a work (default: 7)')
    parser.add_argument('--only', default='', help='works whose name matches')
    parser.add_argument('--results', help='also write the table to FILE')
    return parser.parse_args()


def install(programs):
    missing = [package for program, package in programs if not shutil.which(program)]
    if missing and os.geteuid() == 0:
        subprocess.run(['apt-get', 'install', '-qq', '-y', *missing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def names(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, 'w') as f:
        f.write('\n'.join(lines) + '\n')
    return path


def shuffled(lines):
    lines = list(lines)
    random.Random(1).shuffle(lines)
    return lines


def works(folder):
    """name, target in ms, target in MB, input file, {program: command}"""
    ordered = [f'node{i}' for i in range(1, 100_001)]
    plane = [f'rack{r}node{n}' for r in range(1, 101) for n in range(1, 1001)]
    cube = [f'r{a}n{b}p{c}' for a in range(1, 101) for b in range(1, 101) for c in range(1, 101)]
    # No two of these fold: the worst that folding along axes can meet, since every pair must be looked at.
    rng = random.Random(2)
    sparse = [f'a{rng.randrange(200)}b{rng.randrange(200)}c{rng.randrange(200)}' for _ in range(20_000)]
    diagonal = [f'a{i}b{i}c{i}' for i in range(20_000)]
    holes = [f'a{a}b{b}c{c}' for a in range(30) for b in range(30) for c in range(30) if (a * 7 + b * 11 + c * 13) % 3]
    fold = lambda ns='nodeset': {'peak': [PEAK, 'nodeset', '-f'], ns: [ns, '-f']}
    folded = names(folder, 'ordered', ordered)
    mixed = names(folder, 'shuffled', shuffled(ordered))
    pdsh = lambda path: {'pdsh': ['pdsh', '-R', 'exec', '-w', '^' + path, '-q', 'true']}
    huge = 'node[1-1000000000]'
    yield 'start-up: fold one name', None, None, None, {'peak': [PEAK, 'nodeset', '-f', 'n1'], 'nodeset': ['nodeset', '-f', 'n1']}
    yield 'fold 100,000 names, ordered', 40, 25, folded, fold() | pdsh(folded)
    yield 'fold 100,000 names, shuffled', 40, 25, mixed, fold() | pdsh(mixed)
    yield 'fold 100 x 1000, shuffled', 120, 40, names(folder, 'plane', shuffled(plane)), fold()
    yield 'expand node[1-1000000]', 60, 10, None, {'peak': [PEAK, 'nodeset', '-e', 'node[1-1000000]'], 'nodeset': ['nodeset', '-e', 'node[1-1000000]']}
    yield 'count node[1-1000000]', None, None, None, {'peak': [PEAK, 'nodeset', '-c', 'node[1-1000000]'], 'nodeset': ['nodeset', '-c', 'node[1-1000000]']}
    yield 'count node[1-1000000000]', None, 8, None, {'peak': [PEAK, 'nodeset', '-c', huge]}
    yield 'fold node[1-1000000000]', None, 8, None, {'peak': [PEAK, 'nodeset', '-f', huge]}
    yield 'intersect node[1-1000000000]', None, 8, None, {'peak': [PEAK, 'nodeset', '-f', huge, '-i', 'node[5-2000000000]']}
    for size in (1_000, 10_000, 100_000, 1_000_000):
        yield f'fold {size:,} names in 3 dimensions, shuffled', 2000 if size == 1_000_000 else None, None, names(folder, f'cube{size}', shuffled(cube)[:size]), \
            fold() if size <= 10_000 else {'peak': fold()['peak']}
    yield 'worst: 20,000 random points of 200^3', None, None, names(folder, 'sparse', sparse), fold()
    yield 'worst: 20,000 points of a diagonal', None, None, names(folder, 'diagonal', diagonal), fold()
    yield 'worst: a 30^3 cube with every third point missing', None, None, names(folder, 'holes', shuffled(holes)), fold()


def measure(command, path):
    """wall ms, failure"""
    with open(path or os.devnull, 'rb') as stdin:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            status = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return LIMIT * 1000, 'over a minute'
        wall = time.perf_counter() - start
    return wall * 1000, 'failed' if status else None


def memory(command, path):
    """peak MB; by time(1), because a child of ours would begin with our own size"""
    with open(path or os.devnull, 'rb') as stdin, tempfile.NamedTemporaryFile('r') as said:
        subprocess.run(['/usr/bin/time', '-q', '-f', '%M', '-o', said.name, *command], stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return int(said.read().split()[-1]) / 1024


def cell(samples, megabytes, failure):
    if failure:
        return failure
    return f'{statistics.median(samples):.1f} ms, {megabytes:.1f} MB'


def main():
    options = arguments()
    install([('nodeset', 'clustershell'), ('pdsh', 'pdsh'), ('time', 'time')])
    if not os.path.exists(PEAK):
        subprocess.run([os.path.join(HERE, '..', 'peak'), '--version'], check=True, stdout=subprocess.DEVNULL)
    cpu = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.machine())
    lines = [f'{datetime.date.today()}, {cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; {options.runs} rounds, medians; load average {os.getloadavg()[0]:.0f} before', '',
             '| work | target | peak | nodeset | pdsh -q | nodeset / peak | pdsh / peak |', '|---|---|---|---|---|---|---|']
    with tempfile.TemporaryDirectory(prefix='peak-bench-') as folder:
        for name, target_ms, target_mb, path, commands in works(folder):
            if not re.search(options.only, name):
                continue
            samples, failures = {p: [] for p in commands}, {}
            for _ in range(options.runs):
                for program, command in commands.items():
                    if program in failures or not shutil.which(command[0]):
                        continue
                    wall, failure = measure(command, path)
                    if failure:
                        failures[program] = failure
                    else:
                        samples[program].append(wall)
            ratio = lambda p: f"{statistics.median(b / a for a, b in zip(samples['peak'], samples[p])):.1f}" if samples.get(p) and samples['peak'] else ''
            shown = lambda p: cell(samples[p], memory(commands[p], path) if p not in failures else 0, failures.get(p)) if p in commands and (samples[p] or p in failures) else ''
            target = ', '.join([f'{target_ms} ms'] * bool(target_ms) + [f'{target_mb} MB'] * bool(target_mb))
            lines.append(f"| {name} | {target} | {shown('peak')} | {shown('nodeset')} | {shown('pdsh')} | {ratio('nodeset')} | {ratio('pdsh')} |")
            print(lines[-1], file=sys.stderr)
    text = '\n'.join(lines) + '\n'
    print(text)
    if options.results:
        with open(options.results, 'w') as f:
            f.write('# Node sets: whole processes\n\n' + text)


if __name__ == '__main__':
    main()
