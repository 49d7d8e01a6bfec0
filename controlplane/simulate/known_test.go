package simulate

// undetected are scenarios that must fire and do not, by timeline, today. It must shrink.
func undetected() map[string][]string {
	return map[string][]string{}
}

// alarms are scenarios that fire though nobody attacks, by timeline, today. It must shrink.
func alarms() map[string][]string {
	return map[string][]string{
		"batch-own-records": {"object-enumeration"}, // nothing tells yet that the records are the caller's own
	}
}

// hits are timelines in which an honest caller is hit today. It must shrink.
func hits() map[string]bool {
	return map[string]bool{"batch-own-records": true}
}
