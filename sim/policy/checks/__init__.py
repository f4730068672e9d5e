"""Whether a policy fits its scenario: names, reachability, rules that can never matter."""
