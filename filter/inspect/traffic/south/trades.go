package south

// trades holds, for each industry, the fields that surround a value ("name=template", # before what is no JSON string),
// its types, its remote procedures and its paths.
func trades() map[string][]string {
	return map[string][]string{
		"forge.fields":  split("repository_id=#‹num›|branch=‹main|develop|release/‹slug››|labels=‹bug|triage|docs›|assignee=‹user›|milestone=#‹1..40›|draft=#‹true|false›|commit=‹hex40›|visibility=‹public|private›|runner=ubuntu-‹20..24›.04|timeout_seconds=#‹30..900›|created_at=‹datetime›|package=‹lib›|version=‹ver›"),
		"forum.fields":  split("author_id=#‹num›|slug=‹slug›|status=‹state›|category=‹en-noun›|tags=‹en-noun›,‹en-noun›|locale=‹locale›|published_at=‹datetime›|revision=#‹1..90›|template=‹page|post|landing›|allow_comments=#‹true|false›|sort=‹newest|top|-created›|excerpt_length=#‹20..300›|parent_id=#null"),
		"care.fields":   split("patient_id=‹uuid›|mrn=‹up4›‹num›|practitioner=‹name›|clinic=‹city›|appointment_at=‹datetime›|icd10=‹E|J|M|K›‹10..99›.‹digit›|dose_mg=#‹1..900›|systolic=#‹90..180›|diastolic=#‹50..110›|birth_date=‹date›|consent=#‹true|false›|blood_type=‹O+|A-|AB+|B-›|weight_kg=#‹40..120›.‹digit›"),
		"play.fields":   split("player_id=‹id›|match_id=‹uuid›|region=‹sa-east|eu-west|ap-northeast|me-south›|score=#‹num›|level=#‹1..99›|platform=‹ios|android|pc|switch›|build=‹ver›|loadout=‹en-noun›|ping_ms=#‹5..240›|ranked=#‹true|false›|guild=‹en-noun›‹num›|mmr=#‹800..3200›|season=#‹1..20›"),
		"sensor.fields": split("device_id=‹hex16›|firmware=‹ver›|battery=#‹float01›|rssi=#-‹30..99›|temperature=#‹dec›|humidity=#‹10..99›|lat=#‹lat›|lon=#‹lon›|ts=#‹millis›|unit=‹celsius|kPa|lux|ppm›|mac=‹mac›|interval_s=#‹5..3600›|fault=#‹true|false›"),
		"trip.fields":   split("origin=‹GRU|IST|HND|DEL|CAI|LIS›|destination=‹JFK|NRT|DXB|BOM|SAW|GIG›|depart=‹date›|return=‹date›|adults=#‹1..5›|cabin=‹economy|business›|currency=‹currency›|fare_class=‹Y|J|W›|flexible=#‹true|false›|pnr=‹upper›|hotel_id=#‹num›|max_price=#‹100..4000›|city=‹city›"),
		"circle.fields": split("user_id=‹uid›|handle=@‹user›|reply_to=‹ulid›|visibility=‹public|followers|direct›|language=‹locale›|media_ids=‹num›|sensitive=#‹true|false›|client=‹web|ios|android›|cursor=‹b64url›|limit=#‹5..100›|mentions=#‹0..9›|timezone=‹tz›|room=‹nano›"),
		"query.fields":  split("index=‹en-noun›-‹date›|size=#‹5..500›|from=#‹0..900›|timeout=‹1..60›s|tz=‹tz›|interval=‹1m|5m|1h|1d›|dashboard=‹uuid›|datasource=‹service›|cache=#‹true|false›|explain=#‹true|false›|format=‹json|arrow|csv›|max_rows=#‹100..9000›|workspace=‹slug›"),

		"forge.type": split("issues|pipelines|comments|snippets|releases"), "forum.type": split("articles|posts|topics|pages|revisions"),
		"care.type": split("encounters|observations|notes|prescriptions"), "play.type": split("matches|players|guilds|reports"),
		"sensor.type": split("devices|readings|alarms|rules"), "trip.type": split("bookings|itineraries|reviews|travellers"),
		"circle.type": split("statuses|messages|profiles|groups"), "query.type": split("dashboards|panels|searches|alerts"),

		"forge.verb": split("issue.create|pipeline.run|comment.update|snippet.save"), "forum.verb": split("post.edit|page.publish|topic.reply"),
		"care.verb": split("note.append|visit.schedule|patient.find"), "play.verb": split("player.rename|chat.send|match.report"),
		"sensor.verb": split("device.configure|reading.push|rule.set"), "trip.verb": split("booking.annotate|search.run|guest.update"),
		"circle.verb": split("status.post|profile.set|dm.send"), "query.verb": split("search.execute|panel.save|alert.preview"),

		"forge.path":  split("/api/v4/projects/‹num›/issues|/repos/‹user›/‹slug›/comments|/-/graphql|/packages/‹lib›/versions"),
		"forum.path":  split("/wp/v2/posts/‹num›|/api/articles|/c/‹slug›/replies|/content/entries/‹nano›"),
		"care.path":   split("/fhir/r4/Observation|/api/clinic/notes|/v2/patients/‹uuid›/visits"),
		"play.path":   split("/lobby/v3/chat|/players/‹num›/profile|/live/matches/‹uuid›/report"),
		"sensor.path": split("/iot/devices/‹hex16›/readings|/v1/things/‹nano›/shadow|/telemetry/batch"),
		"trip.path":   split("/shopping/offers|/bookings/‹upper›/notes|/hotels/‹num›/reviews"),
		"circle.path": split("/api/v1/statuses|/me/profile|/groups/‹ulid›/messages"),
		"query.path":  split("/_search|/api/datasources/‹num›/query|/analytics/run"),
	}
}
