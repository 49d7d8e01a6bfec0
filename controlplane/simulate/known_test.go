package simulate

// undetected are scenarios that must fire and do not, by timeline, today. It must shrink.
func undetected() map[string][]string {
	return map[string][]string{}
}

// alarms are scenarios that fire though nobody attacks, by timeline, today. It must shrink.
func alarms() map[string][]string {
	return map[string][]string{}
}

// hits are timelines in which an honest caller is hit today. It must shrink.
func hits() map[string]bool {
	return map[string]bool{}
}

// unstopped are attacks of which no request is refused today. It must shrink.
func unstopped() map[string]bool {
	return map[string]bool{}
}

// unplayed are scenarios without a timeline.
func unplayed() map[string]bool {
	return map[string]bool{
		"token-travel": true, // simulated addresses have no places; package detect tests it
	}
}
