/** What is asked of a country or a city: its neighbours, money, languages, government, people, size and codes. */
import { COUNTRY, MONEY, NEIGHBOURS, PEOPLE, STATES, type Wording } from './wording-parts.ts';

export const PROPERTY_WORDINGS: readonly Wording[] = [
  // Neighbours.
  [
    `(?:What|Which) (?:${COUNTRY} )?(?:is (?:the )?)?neighbou?r(?:ing country)? of N (?:with|has) the (?:largest|biggest|greatest) (?:area|territory|size)`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) (?:is (?:the )?)?(?:largest|biggest) ${COUNTRY} (?:with which N shares a border|(?:that |which )?(?:does )?N borders?(?: on)?)`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) is the (?:largest|biggest) (?:among|of|amongst) the neighbou?rs of N`,
    'What is the largest neighbour of N',
  ],
  [
    `How many ${STATES} (?:lie next to|lie beside|are neighbou?rs of|border upon|bound|touch) N`,
    'How many countries border N',
  ],
  [
    `(?:On|With) how many ${STATES} does N (?:border|have a (?:land )?border|share a (?:land )?border)`,
    'How many countries border N',
  ],
  [
    `(?:What|Which) (?:is (?:the )?)?(?:largest|biggest) (?:neighbou?ring |bordering )?${COUNTRY} (?:that |which )?(?:is )?(?:borders|bordering|adjacent to|next to|adjoins|adjoining|neighbours|neighbouring|beside|shares a border with|sharing a border with|touches|touching) N`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) is the (?:largest|biggest) (?:one )?of (?:the )?(?:(?:${STATES}) (?:that |which )?(?:border|bordering|neighbour|adjoin|surrounding|surround|next to|adjacent to|touch)|${NEIGHBOURS} of) N`,
    'What is the largest neighbour of N',
  ],
  [`(?:What|Which) is the (?:biggest|largest) neighbou?r(?:ing country)? of N`, 'What is the largest neighbour of N'],
  [
    `(?:With|By) how many ${STATES} (?:does|is) N (?:share (?:a |its )?(?:land )?borders?|border(?:ed)?|surrounded|adjoined)`,
    'How many countries border N',
  ],
  [`How many ${NEIGHBOURS} (?:does|has) N(?: have)?`, 'How many countries border N'],
  [
    `How many ${STATES} (?:does|do) N (?:border|adjoin|touch|border on|share a border with|neighbour)`,
    'How many countries border N',
  ],
  [
    `How many ${STATES} (?:surround|surrounding|adjoin|neighbour|touch|border on|have a (?:land )?border with|share (?:a|their) (?:land )?border with|are next to|are adjacent to) N`,
    'How many countries border N',
  ],
  [`What is the number of (?:${NEIGHBOURS} of|${STATES} (?:that border|bordering)) N`, 'How many countries border N'],
  [`N borders(?: on)? how many ${STATES}`, 'How many countries border N'],
  [`N borders on how many ${STATES}`, 'How many countries border N'],
  // Money.
  [`What (?:do|does|would|can) ${PEOPLE}(?: there)? pay (?:with|in) in N`, 'What is the currency of N'],
  [`What (?:do|does) (?:${PEOPLE}|the people) (?:in|of) N pay (?:with|in)`, 'What is the currency of N'],
  [`(?:With|In) (?:what|which) ${MONEY} (?:do|does|would|can|is) ${PEOPLE} pay in N`, 'What is the currency of N'],
  [`(?:With|In) (?:what|which) ${MONEY} (?:do|does) ${PEOPLE} (?:in|of) N pay`, 'What is the currency of N'],
  [
    `(?:What|Which)(?: kind of| sort of)? ${MONEY} (?:do|does|would|should|will) ${PEOPLE} (?:use|need|spend|require)(?: to pay)? in N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which)(?: kind of| sort of)? ${MONEY} (?:is used|is in use|circulates|is valid|is accepted|is spent|is current) in N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the ${MONEY} (?:(?:used|circulating|in use|people use|that is used|they use) )?(?:in|of|by) N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the ${MONEY} (?:that |which )?(?:(?:is used|circulates|people use)) in N`,
    'What is the currency of N',
  ],
  [`How (?:do|does|can|would) ${PEOPLE} pay in N`, 'What is the currency of N'],
  [
    `(?:What|Which) (?:coins and notes|notes and coins|coins|banknotes) (?:are (?:used|in use|in circulation)|circulate) in N`,
    'What is the currency of N',
  ],
  [`What is used as (?:money|currency|means of payment) in N`, 'What is the currency of N'],
  [
    `What (?:do|does) (?:the )?${PEOPLE} (?:in|of) N use (?:as|for) (?:money|currency|payment)`,
    'What is the currency of N',
  ],
  [`In (?:what|which) currency are (?:prices|goods) (?:quoted|sold|priced) in N`, 'What is the currency of N'],
  [
    `(?:What|Which) (?:currency|money) (?:has N adopted|do (?:the )?shops in N (?:accept|take)|is the (?:official|national) one in N|(?:is|do) (?:you|one|people|they) (?:spend|pay with|use) in N)`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the (?:unit of currency|national currency|official currency|money|monetary unit) (?:in|of) N`,
    'What is the currency of N',
  ],
  [`(?:What|Which) ${MONEY} does N use`, 'What is the currency of N'],
  [
    `(?:Which|What) (?:smaller unit|subunit|fractional unit|coin unit|smaller coin|coin) (?:makes up|divides|is (?:a )?(?:fraction|part|hundredth) of) N`,
    'What smaller unit is N divided into',
  ],
  [
    `(?:Into|In) (?:which|what) (?:smaller unit|subunit|coin unit|coins?|smaller units|units) (?:is|can) N (?:be )?(?:divided|subdivided|split|broken down)`,
    'What smaller unit is N divided into',
  ],
  [
    `What (?:is|does) N (?:divided into|subdivided into|split into|made up of|consist of)`,
    'What smaller unit is N divided into',
  ],
  [
    `(?:What|Which) (?:smaller unit|subunit|coin unit|smaller units) (?:is|does) N (?:split into|subdivided into|broken down into|made up of|consist of|have)`,
    'What smaller unit is N divided into',
  ],
  [`(?:With|In) what (?:do|does|can|would) ${PEOPLE} pay in N`, 'What is the currency of N'],
  // Languages.
  [
    `(?:What|Which) language (?:is officially (?:spoken|used)|is official|has official status|is the official one|do (?:officials|${PEOPLE}) (?:officially )?(?:speak|use)(?: officially)?) in N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) is the language (?:of officials|officially spoken|(?:that is )?spoken officially|officially used|that is officially spoken) in N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) language (?:is the (?:official|state) language of|has been made official in|is the official one of) N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) language (?:do|does) the (?:authorities|officials|government|state|administration) (?:of|in) N (?:use|speak)`,
    'What is the official language of N',
  ],
  [
    `In (?:what|which) language (?:do|does) the (?:authorities|officials|government) of N (?:work|operate|function)`,
    'What is the official language of N',
  ],
  [`What is the state language of N`, 'What is the official language of N'],
  [`What (?:do|does) ${PEOPLE} officially speak in N`, 'What is the official language of N'],
  [`(?:What|Which) official language does N have`, 'What is the official language of N'],
  // Government, cities.
  [
    `(?:From which city|What city|Which city) is N (?:governed|ruled|run|administered)(?: from)?`,
    'What is the capital of N',
  ],
  [`Where (?:is|does) the government of N (?:based|seated|located|sit)`, 'What is the capital of N'],
  [`(?:What|Which) is the city from which N is (?:governed|ruled|run)`, 'What is the capital of N'],
  [`(?:What do ${PEOPLE} call|What is the name of) the capital of N`, 'What is the capital of N'],
  [
    `(?:Which|What) (?:city )?(?:is it that )?(?:serves as|acts as|is it that is) the capital(?: city)? of N`,
    'What is the capital of N',
  ],
  [
    `(?:What|Which) (?:city|town|place) (?:functions|acts|serves) as (?:the )?(?:capital|seat of government)(?: city)? (?:of|in|for) N`,
    'What is the capital of N',
  ],
  [
    `In (?:which|what) (?:city|town) (?:does|is) the government of N (?:sit|meet|reside|based|located|seated)`,
    'What is the capital of N',
  ],
  [`(?:Which|What) (?:city|town|place) is the (?:capital|capital city) (?:of|in) N`, 'What is the capital of N'],
  [`(?:What|Which) capital(?: city)? does N have`, 'What is the capital of N'],
  [`(?:Which|What) city does N have (?:as|for) (?:its|a) capital(?: city)?`, 'What is the capital of N'],
  [`(?:Which|What) city is the capital(?: city)? of N`, 'What is the capital of N'],
  [
    `What is the (?:biggest|most populous|most inhabited|most populated) city (?:in|of) N(?: called)?`,
    'What is the largest city of N',
  ],
  [`Where do (?:the )?most people live in N`, 'What is the largest city of N'],
  [
    `(?:Which|What) (?:city|town) (?:in|of) N has the (?:largest|biggest|highest|greatest) (?:population|number of (?:people|inhabitants|residents))`,
    'What is the largest city of N',
  ],
  [`Which is the (?:largest|biggest) city (?:in|of) N`, 'What is the largest city of N'],
  [`Which city is the (?:largest|biggest|most populous) (?:in|of) N`, 'What is the largest city of N'],
  [`What is the largest city in N(?: called)?`, 'What is the largest city of N'],
  [
    `Which city (?:in|of) N is (?:the )?(?:biggest|largest|most populous|most populated)`,
    'What is the largest city of N',
  ],
  [
    `Which (?:of the cities|one of the cities|city) (?:in|of) N (?:has|counts) the (?:most|largest number of) (?:people|inhabitants|residents)`,
    'What is the largest city of N',
  ],
  [`Which city has the most (?:people|inhabitants|residents) in N`, 'What is the largest city of N'],
  [`Where (?:in|on) (?:the world|earth) (?:is|does) N(?: lie| located| situated)?`, 'In which part of the world is N'],
  [
    `(?:In|To|Of) (?:which|what) (?:part|region) of the (?:world|globe) (?:is|does) N (?:lie|belong|situated|located|found|a part|part)`,
    'In which part of the world is N',
  ],
  [
    `(?:Which|What) (?:part|region) of the (?:world|globe) (?:is|does) N (?:lie in|belong to|in|part of|situated in|located in)`,
    'In which part of the world is N',
  ],
  // People.
  [`How many(?: people| inhabitants| residents)? (?:live|dwell|reside) in N`, 'What is the population of N'],
  [`N (?:is home to|has|counts) how many (?:people|inhabitants|residents)`, 'What is the population of N'],
  [`(?:What|How large a|How big a) population does N (?:have|count)`, 'What is the population of N'],
  [`How (?:populous|populated|many inhabitants) is N`, 'What is the population of N'],
  [
    `How many (?:people|residents|inhabitants) (?:does N (?:have|count|house)|are there in N|are living in N)`,
    'What is the population of N',
  ],
  [
    `What is the (?:number|count) of (?:people|inhabitants|residents)(?: who live| living)? (?:in|of) N`,
    'What is the population of N',
  ],
  [`How (?:are|do) the (?:people|inhabitants|natives) of N (?:called|call themselves)`, 'What is the demonym of N'],
  [
    `What (?:do|would|does) ${PEOPLE} call (?:a person|a native|a citizen|an inhabitant|someone|somebody|people) (?:from|of) N`,
    'What is the demonym of N',
  ],
  [
    `When did N (?:gain|get|achieve|win|obtain|declare|attain|acquire|secure|receive) (?:its |their )?(?:independence|freedom|sovereignty)`,
    'In which year did N become independent',
  ],
  [`When (?:was|did) independence (?:achieved by|come to|gained by) N`, 'When did N become independent'],
  [
    `In (?:which|what) year (?:was|did) independence (?:achieved by|come to|gained by) N`,
    'In which year did N become independent',
  ],
  [`In (?:which|what) year was N granted (?:its )?independence`, 'In which year did N become independent'],
  [`Since (?:when|which year|what year) (?:has|is) N (?:been )?independent`, 'In which year did N become independent'],
  [`What is the year of (?:the )?independence of N`, 'In which year did N become independent'],
  [
    `(?:From|Since) (?:which|what) (?:year|date)(?: on(?:wards)?)? (?:was|is|has) N (?:been )?independent`,
    'In which year did N become independent',
  ],
  [
    `What (?:is|was) the year (?:in which|when|that) N (?:became|was) independent`,
    'In which year did N become independent',
  ],
  [`(?:What|Which) year marks the independence of N`, 'In which year did N become independent'],
  [`When was N granted (?:its )?independence`, 'In which year did N become independent'],
  // Sizes.
  [`How large an? (?:area|territory) does N (?:cover|have|occupy)`, 'What is the area of N'],
  [
    `How (?:much|big an?|great an?) (?:territory|area|space|land) does N (?:have|cover|occupy|take up|possess)`,
    'What is the area of N',
  ],
  [
    `(?:Over|Across) how many square (?:kilomet(?:re|er)s|miles) does N (?:extend|stretch|spread)`,
    'What is the area of N',
  ],
  [
    `How (?:much|many square kilomet(?:re|er)s of) (?:land|ground|territory|surface) (?:does|is) N (?:cover|have|occupy|contain)`,
    'What is the area of N',
  ],
  [`What (?:area|territory) does N (?:cover|occupy|take up)`, 'What is the area of N'],
  [`How (?:large|big|extensive|vast) is the (?:territory|surface|land) of N`, 'What is the area of N'],
  [
    `What is the (?:territory|surface|surface area|land area|total area|size|extent|land|ground|space) of N`,
    'What is the area of N',
  ],
  // Codes and addresses.
  [`What (?:do|does) (?:web|internet) addresses (?:in|of|from) N end (?:in|with)`, 'What is the internet domain of N'],
  [`(?:Which|What) internet domain belongs to N`, 'What is the internet domain of N'],
  [
    `(?:Which|What) calling code (?:is used for|(?:do|must|would) ${PEOPLE} dial (?:for|to reach|to call)|belongs to) N`,
    'What is the calling code of N',
  ],
  [`What is the calling code for (?:phone |telephone )?calls to N`, 'What is the calling code of N'],
  [
    `(?:Which|What) (?:language family|family of languages|group of languages) (?:includes|contains) N`,
    'What is N a kind of',
  ],
  [`To (?:which|what) (?:language family|family of languages|group of languages) does N belong`, 'What is N a kind of'],
  [`(?:In|With) what do (?:the )?(?:web|internet) addresses (?:in|of|from) N end`, 'What is the internet domain of N'],
  [
    `(?:What|Which) (?:internet )?domain do (?:the )?(?:websites|sites|web addresses) (?:in|of|from) N (?:have|use|end in)`,
    'What is the internet domain of N',
  ],
  [`(?:What|Which) internet domain does N use`, 'What is the internet domain of N'],
  [
    `(?:What|Which) (?:number|code) (?:do|does|must|should) ${PEOPLE} dial (?:first )?to (?:call|reach|phone|ring) N`,
    'What is the calling code of N',
  ],
  [`What is the calling code for N`, 'What is the calling code of N'],
  [`(?:Of|To) (?:which|what) (?:language )?(?:group|family)(?: of languages)? is N a member`, 'What is N a kind of'],
  [
    `In (?:which|what) (?:area|part|region|corner) of the (?:world|globe|earth) (?:do|can|would|does|is) (?:${PEOPLE} )?(?:find )?N(?: located| lie| situated)?`,
    'In which part of the world is N',
  ],
  [
    `(?:Which|What) (?:part|region|area) of the (?:world|globe) (?:contains|includes|comprises) N`,
    'In which part of the world is N',
  ],
];
