#!/usr/bin/env python3
"""Draws the result of bench/run-scale.py --json as an SVG: seconds and megabytes over hosts, all logarithmic.

    bench/plot-run-scale.py bench/results/run-scale.json docs/run-scale.svg

A hollow circle is a run that was ended at its limit: it would have taken more.
"""
import html, json, math, sys

colours = {"peak": "#0969da", "pdsh": "#bf8700", "pdsh | dshbak -c": "#bf8700", "clush": "#cf222e"}
width, height, left, bottom, gap = 380, 300, 64, 46, 24


def main():
    source, target = sys.argv[1:]
    with open(source) as file:
        data = json.load(file)
    works = {name: [r for r in data["results"] if r["work"] == name] for name in dict.fromkeys(r["work"] for r in data["results"])}
    works = {name: results for name, results in works.items() if len(results) > 1}
    parts = [
        f'<g transform="translate({column * (width + gap)} {row * height})">\n{panel(name, results, key, unit)}</g>\n'
        for column, (name, results) in enumerate(works.items())
        for row, (key, unit) in enumerate([("seconds", "s"), ("megabytes", "MB")])]
    total = f"{len(works) * (width + gap) - gap} {2 * height + 24}"
    with open(target, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total}" width="{total.split()[0]}" height="{total.split()[1]}" font-family="sans-serif" font-size="12">\n')
        file.write('<rect width="100%" height="100%" fill="#ffffff"/>\n' + "".join(parts))
        note = f'{data["machine"]}, {data["date"]}, load {data["load"]} while measuring'
        file.write(f'<text x="{left}" y="{2 * height + 16}" fill="#57606a" font-size="11">{html.escape(note)}</text>\n</svg>\n')


def panel(name, results, key, unit):
    hosts = [r["hosts"] for r in results]
    values = [c[key] for r in results for c in r["contenders"].values()]
    x0, x1 = math.log10(min(hosts)), math.log10(max(hosts))
    y0, y1 = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(value):
        return left + (math.log10(value) - x0) / (x1 - x0) * (width - left - 60)

    def y(value):
        return height - bottom - (math.log10(value) - y0) / (y1 - y0) * (height - bottom - 36)

    out = [f'<text x="{left}" y="20" font-weight="bold">{html.escape(name)}</text>\n']
    for power in range(y0, y1 + 1):
        out.append(f'<line x1="{x(min(hosts)):.1f}" x2="{x(max(hosts)):.1f}" y1="{y(10 ** power):.1f}" y2="{y(10 ** power):.1f}" stroke="#d0d7de"/>\n')
        out.append(f'<text x="{x(min(hosts)) - 6:.1f}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:g} {unit}</text>\n')
    for count in hosts:
        out.append(f'<text x="{x(count):.1f}" y="{height - bottom + 18}" text-anchor="middle">{count:,}</text>\n')
    out.append(f'<text x="{x(10 ** ((x0 + x1) / 2)):.1f}" y="{height - bottom + 34}" text-anchor="middle">hosts</text>\n')
    labels = []
    for contender in results[0]["contenders"]:
        colour = colours.get(contender, "#57606a")
        runs = [(r["hosts"], r["contenders"][contender]) for r in results]
        points = [(x(count), y(figures[key]), figures["ended"]) for count, figures in runs]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b, _ in points)}"/>\n')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" stroke="{colour}" fill="{colour if ended else "#ffffff"}"/>\n' for a, b, ended in points]
        labels.append((points[-1][1] + 4, colour, contender.split(" ")[0]))
    at = 0
    for place, colour, label in sorted(labels):
        at = max(place, at + 12)
        out.append(f'<text x="{x(max(hosts)) + 6:.1f}" y="{at:.1f}" fill="{colour}">{html.escape(label)}</text>\n')
    return "".join(out)


main()
