"""
The red flags from the export alone: reads record lines, knows nothing of the platform.

`recompute.py records.jsonl` prints [[code, subject, value]]; values as fractions.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path


def quartiles(values):
    """Q1 and Q3, by linear interpolation between the ordered values."""
    rows = sorted(values)

    def at(share):
        place = share * (len(rows) - 1)
        whole = place.numerator // place.denominator
        after = rows[min(whole + 1, len(rows) - 1)]
        return rows[whole] + (after - rows[whole]) * (place - whole)

    return at(Fraction(1, 4)), at(Fraction(3, 4))


def low(values):
    if not values:
        return None
    q1, q3 = quartiles(values)
    fence = q1 - Fraction(3, 2) * (q3 - q1)
    return fence if fence > 0 else None


def high(values):
    if len(values) < 2:
        return None
    q1, q3 = quartiles(values)
    fence = q3 + Fraction(3, 2) * (q3 - q1)
    return fence if 0 < fence <= 1 else None


def main(path):
    flags, gaps, wins, refused_by_buyer, refused_by_tenderer = [], {}, {}, {}, {}
    for line in Path(path).read_text().splitlines():
        release = json.loads(line)["compiledRelease"]
        for bid in release.get("bids", {}).get("details", []):
            bad = bid["status"] == "disqualified"
            for key, group in (
                (release["buyer"]["id"], refused_by_buyer),
                (bid["tenderers"][0]["id"], refused_by_tenderer),
            ):
                had = group.setdefault(key, [0, 0])
                had[0], had[1] = had[0] + bad, had[1] + 1
        awards = [one for one in release.get("awards", []) if one.get("relatedBids") and one["status"] == "active"]
        if len(awards) != 1:
            continue
        lot = awards[0]["relatedLots"]
        bids = [one for one in release["bids"]["details"] if one["relatedLots"] == lot]
        price = {one["id"]: Fraction(str(one["value"]["amount"])) for one in bids}
        who = {one["id"]: one["tenderers"][0]["id"] for one in bids}
        valid = [one["id"] for one in bids if one["status"] == "valid"]
        winner = awards[0]["relatedBids"][0]
        others = [price[one] for one in valid if one != winner]
        if others and price[winner] <= min(others):
            gaps[release["ocid"]] = (min(others) - price[winner]) / price[winner]
        for one in valid:
            had = wins.setdefault(who[one], [0, 0])
            had[0], had[1] = had[0] + (one == winner), had[1] + 1
        out = {who[one] for one in price if one not in valid} - {who[one] for one in valid}
        if {who[one] for one in valid} == {who[winner]} and out:
            flags.append(["R035", release["ocid"], Fraction(len(out))])
        if valid and all(price[one] > min(price.values()) for one in valid):
            flags.append(["R036", release["ocid"], Fraction(1)])
    fence = low(list(gaps.values()))
    flags += [["R024", key, gap] for key, gap in gaps.items() if fence is not None and gap <= fence]
    ratios = {key: Fraction(*pair) for key, pair in wins.items()}
    fence = low(list(ratios.values()))
    if fence is not None:
        most = quartiles([Fraction(pair[1]) for pair in wins.values()])[1]
        flags += [["R025", key, ratios[key]] for key, pair in wins.items() if pair[1] >= most and ratios[key] <= fence]
    for group in (refused_by_buyer, refused_by_tenderer):
        ratios = {key: Fraction(*pair) for key, pair in group.items()}
        fence = high(list(ratios.values()))
        flags += [["R038", key, ratio] for key, ratio in ratios.items() if fence is not None and ratio >= fence]
    print(json.dumps(sorted([code, key, str(ratio)] for code, key, ratio in flags)))  # noqa: T201


main(sys.argv[1])
